/** Listings as read-only documents beside the code; the line at the caret is marked in them. */

import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/node";

import { bytecode, BytecodeView as Listing, Target } from "./protocol";

const SCHEME = "bytelens-bytecode";

export class BytecodeView implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly marked = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor("editor.rangeHighlightBackground"),
    isWholeLine: true,
  });
  private readonly disposables: vscode.Disposable[];
  private listing: Listing | undefined;
  private refresh: NodeJS.Timeout | undefined;

  constructor(private readonly client: () => LanguageClient | undefined) {
    this.disposables = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.window.onDidChangeTextEditorSelection((event) => this.follow(event.textEditor)),
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document.uri.toString() === this.listing?.uri) this.later(event.document);
      }),
    ];
  }

  private get uri(): vscode.Uri {
    return vscode.Uri.from({ scheme: SCHEME, path: "/bytecode.dis" });
  }

  provideTextDocumentContent(): string {
    return this.listing ? `; ${this.listing.title}\n${this.listing.text}` : "";
  }

  /** Shows the bytecode of a piece of a document in the column beside it. */
  async show(target: Target): Promise<void> {
    await this.load(target);
    const document = await vscode.workspace.openTextDocument(this.uri);
    await vscode.window.showTextDocument(document, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
    if (vscode.window.activeTextEditor) this.follow(vscode.window.activeTextEditor);
  }

  dispose(): void {
    clearTimeout(this.refresh);
    vscode.Disposable.from(this.changed, this.marked, ...this.disposables).dispose();
  }

  private async load(target: Target): Promise<void> {
    const client = this.client();
    if (!client) return;
    this.listing = await client.sendRequest(bytecode, target);
    this.changed.fire(this.uri);
  }

  private get editors(): vscode.TextEditor[] {
    return vscode.window.visibleTextEditors.filter((editor) => editor.document.uri.scheme === SCHEME);
  }

  /** Marks the instructions of the line at the caret; in another function, shows that one instead. */
  private follow(editor: vscode.TextEditor): void {
    if (editor.document.uri.toString() !== this.listing?.uri || this.editors.length === 0) return;
    const line = editor.selection.active.line;
    const { start, end } = this.listing.range;
    if (line < start.line || line > end.line) this.later(editor.document);
    for (const view of this.editors) {
      const marked = instructionsOf(view.document, line + 1);
      view.setDecorations(this.marked, marked);
      const first = marked[0];
      if (first) view.revealRange(first, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }

  /** Loads anew once the user has stopped typing. */
  private later(document: vscode.TextDocument): void {
    if (this.editors.length === 0) return;
    clearTimeout(this.refresh);
    this.refresh = setTimeout(() => {
      const editor = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
      if (!editor) return;
      const position = editor.selection.active;
      const target = { textDocument: { uri: document.uri.toString() }, position };
      // Code that does not compile keeps the listing of its last good state.
      this.load(target).then(
        () => this.follow(editor),
        () => undefined,
      );
    }, 250);
  }
}

/** The rows of a listing that belong to a line (from 1) of the source: `dis` prints it before the first of them. */
function instructionsOf(listing: vscode.TextDocument, line: number): vscode.Range[] {
  const rows: vscode.Range[] = [];
  let current: number | undefined;
  for (let row = 0; row < listing.lineCount; row++) {
    const text = listing.lineAt(row).text;
    if (text.trim() === "" || text.startsWith("Disassembly") || text.startsWith("ExceptionTable")) {
      current = undefined;
      continue;
    }
    const numbered = /^\s*(\d+|--)\s/.exec(text);
    if (numbered) current = Number(numbered[1]);
    if (current === line) rows.push(listing.lineAt(row).range);
  }
  return rows;
}
