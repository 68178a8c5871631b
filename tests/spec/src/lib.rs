//! What the diagnostics find, told in Markdown.
//!
//! Each file in `cases/` has headings and, below them, blocks of Python. A comment `#! code, code` at the end of a line
//! names the findings expected on it; everything else in the block must be without. A heading with the words `in PATH`
//! gives the file's path.
