//! Text: byte offsets, ranges, lines and the rope that an open document lives in.
//!
//! Everything in bytelens speaks byte offsets into UTF-8 ([`TextSize`], [`TextRange`]). Lines and columns are
//! derived from them here, and only here: [`LineIndex`] answers for a plain string, [`Rope`] for a document
//! under edit. Columns in UTF-16 or UTF-32 exist for protocols alone.
//!
//! Lines end at `\n`, `\r\n` and lone `\r`: CPython's universal newlines and LSP's rule are the same three.

mod line_index;
mod range;
mod rope;
mod source;

pub use line_index::{ColumnUnit, LineCol, LineIndex};
pub use range::{TextRange, TextSize};
pub use rope::{EditError, Rope};
pub use source::Source;
