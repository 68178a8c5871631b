/** The extension: starts the server, shows its state, and gives its answers a place in the editor. */

import * as vscode from "vscode";
import {
  LanguageClient,
  LanguageClientOptions,
  Range as ProtocolRange,
  ServerOptions,
  State,
} from "vscode-languageclient/node";

import { BytecodeView } from "./bytecodeView";
import { evaluate, Evaluation, Target } from "./protocol";
import { Results } from "./results";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("bytelens", { log: true });
  const output = vscode.window.createOutputChannel("bytelens: output");
  const status = statusItem();
  const results = new Results(output);
  const view = new BytecodeView(() => client);
  context.subscriptions.push(log, output, status, results, view);

  /** Runs and shows the result; errors go to the user, since it was the user who asked. */
  const run = async (editor: vscode.TextEditor, target: Target): Promise<Evaluation | undefined> => {
    const result = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: "bytelens: evaluating", cancellable: true },
      (_, token) => client?.sendRequest(evaluate, target, token) ?? Promise.resolve(undefined),
    );
    if (result) results.show(editor, result);
    return result;
  };

  const start = async () => {
    client = newClient(log, async (command, [uri, range]) => {
      const target = { textDocument: { uri: uri as string }, range: range as ProtocolRange | undefined };
      if (command === "bytelens.showBytecode") return view.show(target);
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(target.textDocument.uri));
      return run(await vscode.window.showTextDocument(document, { preserveFocus: true }), target);
    });
    client.onDidChangeState(({ newState }) => showState(status, newState));
    try {
      await client.start();
    } catch (error) {
      showState(status, State.Stopped);
      const choice = await vscode.window.showErrorMessage(
        `bytelens could not be started: ${error instanceof Error ? error.message : String(error)}`,
        "Settings",
      );
      if (choice) await vscode.commands.executeCommand("workbench.action.openSettings", "bytelens.path");
    }
  };

  const withEditor = (act: (editor: vscode.TextEditor) => unknown) => async () => {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== "python") {
      await vscode.window.showInformationMessage("bytelens: no Python file is open here");
      return;
    }
    try {
      await act(editor);
    } catch (error) {
      await vscode.window.showErrorMessage(`bytelens: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  context.subscriptions.push(
    vscode.commands.registerCommand("bytelens.run", withEditor((editor) => run(editor, targetOf(editor)))),
    vscode.commands.registerCommand("bytelens.bytecode", withEditor((editor) => view.show(targetOf(editor)))),
    vscode.commands.registerCommand("bytelens.clearResults", withEditor((editor) => results.clear(editor.document))),
    vscode.commands.registerCommand("bytelens.showLogs", () => log.show()),
    vscode.commands.registerCommand("bytelens.restart", async () => {
      await client?.dispose();
      await start();
    }),
    vscode.workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration("bytelens.path")) await vscode.commands.executeCommand("bytelens.restart");
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}

type ServerCommand = (command: string, args: unknown[]) => Promise<unknown>;

function newClient(log: vscode.LogOutputChannel, shown: ServerCommand): LanguageClient {
  const path = vscode.workspace.getConfiguration("bytelens").get("path", "bytelens");
  const server: ServerOptions = { command: path, args: ["server"] };
  const options: LanguageClientOptions = {
    documentSelector: [{ language: "python" }],
    outputChannel: log,
    synchronize: { configurationSection: "bytelens" },
    middleware: {
      // The server would show these by a message or a file; here there are better places.
      executeCommand: (command, args, next) =>
        command === "bytelens.showBytecode" || command === "bytelens.runSelection"
          ? shown(command, args)
          : next(command, args),
    },
  };
  return new LanguageClient("bytelens", "bytelens", server, options);
}

/** The selection, or the place of the caret. */
function targetOf(editor: vscode.TextEditor): Target {
  const textDocument = { uri: editor.document.uri.toString() };
  const { selection } = editor;
  return selection.isEmpty ? { textDocument, position: selection.active } : { textDocument, range: selection };
}

function statusItem(): vscode.LanguageStatusItem {
  const item = vscode.languages.createLanguageStatusItem("bytelens", { language: "python" });
  item.name = "bytelens";
  item.command = { command: "bytelens.showLogs", title: "Logs" };
  showState(item, State.Starting);
  return item;
}

function showState(item: vscode.LanguageStatusItem, state: State): void {
  item.busy = state === State.Starting;
  item.text = { [State.Starting]: "bytelens starts", [State.Running]: "bytelens", [State.Stopped]: "bytelens stopped" }[state];
  const stopped = state === State.Stopped;
  item.severity = stopped ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
  item.command = stopped
    ? { command: "bytelens.restart", title: "Restart" }
    : { command: "bytelens.showLogs", title: "Logs" };
}
