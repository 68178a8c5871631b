//! Tokens: CPython's own kinds (`Include/internal/pycore_token.h`), with keywords told apart by the lexer.

use text::TextRange;

/// A token: what it is and where. Its text is `&source[token.range]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    pub kind: TokenKind,
    pub range: TextRange,
}

macro_rules! token_kinds {
    (
        plain { $($(#[$doc:meta])* $plain:ident,)* }
        keywords { $($keyword:ident = $word:literal,)* }
        soft { $($soft:ident = $soft_word:literal,)* }
        operators { $($op:ident = $op_text:literal / $op_name:literal,)* }
    ) => {
        /// The kind of a token.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum TokenKind {
            $($(#[$doc])* $plain,)*
            $(#[doc = concat!("The keyword `", $word, "`.")] $keyword,)*
            $(#[doc = concat!("The soft keyword `", $soft_word, "`; a name wherever the grammar does not ask for it.")] $soft,)*
            $(#[doc = concat!("`", $op_text, "`")] $op,)*
        }

        impl TokenKind {
            /// All keywords, soft ones included.
            pub const KEYWORDS: &[(&str, TokenKind)] =
                &[$(($word, TokenKind::$keyword),)* $(($soft_word, TokenKind::$soft),)*];

            /// The text of a kind that has only one: keywords and operators.
            pub const fn text(self) -> Option<&'static str> {
                match self {
                    $(TokenKind::$keyword => Some($word),)*
                    $(TokenKind::$soft => Some($soft_word),)*
                    $(TokenKind::$op => Some($op_text),)*
                    _ => None,
                }
            }

            /// A keyword that no name can be.
            pub const fn is_keyword(self) -> bool {
                matches!(self, $(TokenKind::$keyword)|*)
            }

            /// Literal text of an f- or t-string, or its end.
            pub fn is_fstring_text(self) -> bool {
                use TokenKind::*;
                matches!(self, FStringMiddle | TStringMiddle | FStringEnd | TStringEnd)
            }

            pub const fn is_soft_keyword(self) -> bool {
                matches!(self, $(TokenKind::$soft)|*)
            }

            /// CPython's name of an operator, as in `token.EXACT_TOKEN_TYPES`.
            pub const fn exact_name(self) -> Option<&'static str> {
                match self {
                    $(TokenKind::$op => Some($op_name),)*
                    TokenKind::Unknown => Some("OP"),
                    _ => None,
                }
            }

            pub const fn is_operator(self) -> bool {
                matches!(self, $(TokenKind::$op)|*)
            }
        }
    };
}

token_kinds! {
    plain {
        /// The end of the text; empty. The lexer returns it again and again.
        EndMarker,
        /// The end of a logical line: the line break's range; empty where the text ends without one.
        Newline,
        /// A line is indented deeper than the block before it: the range of its indentation.
        Indent,
        /// A block ended: empty, at the first token of the line after it.
        Dedent,
        /// An identifier that is no keyword, as written (not normalised to NFKC).
        Name,
        /// An integer, float or imaginary number, as written.
        Number,
        /// A string or bytes literal with prefix and quotes. One that never ends lacks its closing quotes: it reaches to
        /// the end of its line, or of the text when it is triple-quoted, and there is an error for it.
        String,
        /// Prefix and opening quotes of an f-string.
        FStringStart,
        /// Literal text in an f-string, escapes not decoded. A doubled brace ends it with the first of the two braces, and
        /// the second is in no token; so the texts of neighbours make up the literal. Also ends after each `\\N{…}`.
        FStringMiddle,
        /// The closing quotes of an f-string; empty when it never ends.
        FStringEnd,
        /// Prefix and opening quotes of a t-string.
        TStringStart,
        /// Literal text in a t-string.
        TStringMiddle,
        /// The closing quotes of a t-string.
        TStringEnd,
        /// A comment, up to its line's end. Only a lexer with trivia returns it.
        Comment,
        /// A line break that ends no logical line. Only a lexer with trivia returns it.
        Nl,
        /// A `# type: …` comment: the range of the type. Only a lexer with type comments returns it.
        TypeComment,
        /// A `# type: ignore…` comment: the range of what follows `ignore`. Only a lexer with type comments returns it.
        TypeIgnore,
        /// A nested unit that is known already. Only a lexer that was given some returns it.
        Unit,
        /// A character that starts no token: `$`, `?` or a backtick.
        Unknown,
    }
    keywords {
        False = "False", None = "None", True = "True", And = "and", As = "as", Assert = "assert", Async = "async",
        Await = "await", Break = "break", Class = "class", Continue = "continue", Def = "def", Del = "del", Elif = "elif",
        Else = "else", Except = "except", Finally = "finally", For = "for", From = "from", Global = "global", If = "if",
        Import = "import", In = "in", Is = "is", Lambda = "lambda", Nonlocal = "nonlocal", Not = "not", Or = "or",
        Pass = "pass", Raise = "raise", Return = "return", Try = "try", While = "while", With = "with", Yield = "yield",
    }
    soft { Case = "case", Match = "match", Type = "type", Underscore = "_", }
    operators {
        LPar = "(" / "LPAR", RPar = ")" / "RPAR", LSqb = "[" / "LSQB", RSqb = "]" / "RSQB",
        LBrace = "{" / "LBRACE", RBrace = "}" / "RBRACE", Colon = ":" / "COLON", Comma = "," / "COMMA",
        Semi = ";" / "SEMI", Plus = "+" / "PLUS", Minus = "-" / "MINUS", Star = "*" / "STAR",
        Slash = "/" / "SLASH", VBar = "|" / "VBAR", Amper = "&" / "AMPER", Less = "<" / "LESS",
        Greater = ">" / "GREATER", Equal = "=" / "EQUAL", Dot = "." / "DOT", Percent = "%" / "PERCENT",
        EqEqual = "==" / "EQEQUAL", NotEqual = "!=" / "NOTEQUAL", LessEqual = "<=" / "LESSEQUAL",
        GreaterEqual = ">=" / "GREATEREQUAL", Tilde = "~" / "TILDE", Circumflex = "^" / "CIRCUMFLEX",
        LeftShift = "<<" / "LEFTSHIFT", RightShift = ">>" / "RIGHTSHIFT", DoubleStar = "**" / "DOUBLESTAR",
        PlusEqual = "+=" / "PLUSEQUAL", MinEqual = "-=" / "MINEQUAL", StarEqual = "*=" / "STAREQUAL",
        SlashEqual = "/=" / "SLASHEQUAL", PercentEqual = "%=" / "PERCENTEQUAL",
        AmperEqual = "&=" / "AMPEREQUAL", VBarEqual = "|=" / "VBAREQUAL",
        CircumflexEqual = "^=" / "CIRCUMFLEXEQUAL", LeftShiftEqual = "<<=" / "LEFTSHIFTEQUAL",
        RightShiftEqual = ">>=" / "RIGHTSHIFTEQUAL", DoubleStarEqual = "**=" / "DOUBLESTAREQUAL",
        DoubleSlash = "//" / "DOUBLESLASH", DoubleSlashEqual = "//=" / "DOUBLESLASHEQUAL", At = "@" / "AT",
        AtEqual = "@=" / "ATEQUAL", RArrow = "->" / "RARROW", Ellipsis = "..." / "ELLIPSIS",
        ColonEqual = ":=" / "COLONEQUAL", Exclamation = "!" / "EXCLAMATION",
    }
}

impl TokenKind {
    /// Whether the grammar may take the token for a name: `Name` and the soft keywords.
    pub const fn is_name(self) -> bool {
        matches!(self, TokenKind::Name) || self.is_soft_keyword()
    }
}
