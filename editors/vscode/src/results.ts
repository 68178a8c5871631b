/** Values beside the code that they come from. */

import * as vscode from "vscode";

import { Evaluation } from "./protocol";

/** Shows evaluations as decorations at the end of the line, with output and traceback in their hover. */
export class Results implements vscode.Disposable {
  private readonly good = decoration("editorInlayHint.foreground");
  private readonly bad = decoration("editorError.foreground");
  private readonly shown = new Map<string, Map<number, Evaluation>>();
  private readonly listeners: vscode.Disposable[];

  constructor(private readonly output: vscode.OutputChannel) {
    this.listeners = [
      vscode.workspace.onDidChangeTextDocument((event) => {
        // A value says nothing about code that has changed since.
        if (event.contentChanges.length > 0) this.clear(event.document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => this.shown.delete(document.uri.toString())),
      vscode.window.onDidChangeVisibleTextEditors((editors) => editors.forEach((editor) => this.draw(editor))),
    ];
  }

  show(editor: vscode.TextEditor, result: Evaluation): void {
    const uri = editor.document.uri.toString();
    const results = this.shown.get(uri) ?? new Map<number, Evaluation>();
    this.shown.set(uri, results.set(lastLine(result), result));
    this.draw(editor);
    const text = result.output.map((chunk) => chunk.text).join("") + (result.exception?.traceback ?? "");
    if (text) {
      this.output.append(text.endsWith("\n") ? text : text + "\n");
    }
  }

  clear(document: vscode.TextDocument): void {
    if (!this.shown.delete(document.uri.toString())) return;
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === document) this.draw(editor);
    }
  }

  dispose(): void {
    vscode.Disposable.from(this.good, this.bad, ...this.listeners).dispose();
  }

  private draw(editor: vscode.TextEditor): void {
    const results = [...(this.shown.get(editor.document.uri.toString()) ?? [])];
    const draw = (wanted: boolean) =>
      results
        .filter(([, result]) => (result.ending === "finished") === wanted)
        .map(([line, result]) => option(editor.document, line, result));
    editor.setDecorations(this.good, draw(true));
    editor.setDecorations(this.bad, draw(false));
  }
}

function decoration(color: string): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    after: { color: new vscode.ThemeColor(color), margin: "0 0 0 2em", fontStyle: "italic" },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
}

/** The line that the result is written after. */
function lastLine(result: Evaluation): number {
  const { start, end } = result.range;
  return end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
}

function option(document: vscode.TextDocument, line: number, result: Evaluation): vscode.DecorationOptions {
  const at = document.lineAt(Math.min(line, document.lineCount - 1)).range.end;
  const hover = new vscode.MarkdownString();
  const cost = `${result.milliseconds.toFixed(1)} ms, ${result.instructions} instructions`;
  hover.appendText(result.message ? `${cost}; ${result.message}` : cost);
  for (const text of [result.value, result.output.map((chunk) => chunk.text).join(""), result.exception?.traceback]) {
    if (text) hover.appendCodeblock(text, "text");
  }
  return {
    range: new vscode.Range(at, at),
    hoverMessage: hover,
    renderOptions: { after: { contentText: ` ⇒ ${result.summary}` } },
  };
}
