/** The server's own requests; docs/lsp-extensions.md describes them. */

import { Position, Range, RequestType, TextDocumentIdentifier } from "vscode-languageclient/node";

/** A piece of a document; without a range or position, all of it. */
export interface Target {
  textDocument: TextDocumentIdentifier;
  range?: Range;
  position?: Position;
}

export interface BytecodeView {
  uri: string;
  title: string;
  text: string;
  range: Range;
}

export interface Evaluation {
  range: Range;
  ran: Range[];
  ending: "finished" | "raised" | "limit" | "cancelled" | "crashed" | "unsupported";
  message: string | null;
  value: string | null;
  type: string | null;
  output: { stream: "stdout" | "stderr"; text: string }[];
  exception: { type: string; message: string; traceback: string; range: Range | null } | null;
  instructions: number;
  milliseconds: number;
  summary: string;
}

export const bytecode = new RequestType<Target, BytecodeView, void>("bytelens/bytecode");
export const evaluate = new RequestType<Target, Evaluation, void>("bytelens/evaluate");
