;;; bytelens.el --- Scopes, bytecode and values of Python  -*- lexical-binding: t; -*-

;; Package-Requires: ((emacs "29.1"))

;;; Commentary:

;; Tells eglot about the server, and shows its answers: values after the code that they come from,
;; bytecode in a buffer.

;;; Code:

(require 'eglot)

(add-to-list 'eglot-server-programs '((python-mode python-ts-mode) . ("bytelens" "server")))

(defun bytelens--target ()
  "The region, or the place of point, as the server wants it."
  (if (use-region-p)
      (list :textDocument (eglot--TextDocumentIdentifier)
            :range (list :start (eglot--pos-to-lsp-position (region-beginning))
                         :end (eglot--pos-to-lsp-position (region-end))))
    (eglot--TextDocumentPositionParams)))

(defun bytelens--ask (method)
  "The server's answer to METHOD about the target."
  (jsonrpc-request (eglot--current-server-or-lose) method (bytelens--target) :timeout 60))

(defun bytelens-clear (&rest _)
  "Remove the values that are shown in this buffer."
  (interactive)
  (save-restriction
    (widen)
    (remove-overlays (point-min) (point-max) 'bytelens t)))

(defun bytelens-run ()
  "Evaluate the region, or the statement at point, and show its value after it."
  (interactive)
  (let* ((result (bytelens--ask :bytelens/evaluate))
         (end (eglot--lsp-position-to-point (plist-get (plist-get result :range) :end)))
         (at (save-excursion (goto-char end) (if (bolp) (1- (point)) (line-end-position))))
         (exception (plist-get result :exception))
         (text (concat (mapconcat (lambda (chunk) (plist-get chunk :text)) (plist-get result :output) "")
                       (and exception (plist-get exception :traceback))))
         (face (if (equal (plist-get result :ending) "finished") 'success 'error))
         (overlay (make-overlay at at)))
    (remove-overlays at at 'bytelens t)
    (overlay-put overlay 'bytelens t)
    ;; A value says nothing about code that has changed since.
    (add-hook 'after-change-functions #'bytelens-clear nil t)
    (overlay-put overlay 'after-string (propertize (concat "  ⇒ " (plist-get result :summary)) 'face face))
    (unless (string-empty-p text)
      (with-current-buffer (get-buffer-create "*bytelens output*")
        (goto-char (point-max))
        (insert text)
        (display-buffer (current-buffer))))))

(defun bytelens-bytecode ()
  "Show the bytecode of the region, or of the definition at point."
  (interactive)
  (let ((view (bytelens--ask :bytelens/bytecode)))
    (with-current-buffer (get-buffer-create "*bytelens bytecode*")
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert "; " (plist-get view :title) "\n" (plist-get view :text))
        (goto-char (point-min)))
      (special-mode)
      (display-buffer (current-buffer)))))

(provide 'bytelens)
;;; bytelens.el ends here
