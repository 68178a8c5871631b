//! `strftime` of the C library in the "C" locale, with the GNU flags and widths.

use super::calendar::Broken;

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The text of a moment; `format` and result are code points, so that surrogates pass.
pub fn format(moment: &Broken, seconds: &dyn Fn() -> i64, format: &[u32]) -> Vec<u32> {
    let mut out = Vec::new();
    let mut rest = format;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first != u32::from('%') {
            out.push(first);
            continue;
        }
        match Directive::parse(tail) {
            Some((directive, after)) => {
                rest = after;
                match directive.text(moment, seconds) {
                    Some(text) => out.extend(text.chars().map(u32::from)),
                    None => out.extend(&format[format.len() - tail.len() - 1..format.len() - after.len()]),
                }
            }
            // An unfinished directive stands for itself.
            None => {
                out.push(first);
                out.extend(tail);
                rest = &[];
            }
        }
    }
    out
}

/// `%[flags][width][E|O]letter`
struct Directive {
    flag: Option<char>,
    upper: bool,
    swap: bool,
    width: Option<usize>,
    letter: char,
}

/// Wider than any text that makes sense; the C library refuses what does not fit in its buffer.
const WIDEST: usize = 1 << 16;

impl Directive {
    fn parse(text: &[u32]) -> Option<(Directive, &[u32])> {
        let mut at = 0;
        let peek = |at: usize| text.get(at).and_then(|&c| char::from_u32(c));
        let mut directive = Directive { flag: None, upper: false, swap: false, width: None, letter: '%' };
        loop {
            match peek(at)? {
                flag @ ('_' | '-' | '0' | '+') => directive.flag = Some(flag),
                '^' => directive.upper = true,
                '#' => directive.swap = true,
                _ => break,
            }
            at += 1;
        }
        while let Some(digit) = peek(at)?.to_digit(10) {
            let width = directive.width.unwrap_or(0) * 10 + digit as usize;
            directive.width = Some(width.min(WIDEST));
            at += 1;
        }
        if matches!(peek(at)?, 'E' | 'O') {
            at += 1;
        }
        directive.letter = peek(at)?;
        Some((directive, &text[at + 1..]))
    }

    /// Nothing for letters that mean nothing.
    fn text(&self, moment: &Broken, seconds: &dyn Fn() -> i64) -> Option<String> {
        let m = moment;
        let inner = |pattern: &str| {
            let points: Vec<u32> = pattern.chars().map(u32::from).collect();
            format(m, seconds, &points).into_iter().filter_map(char::from_u32).collect::<String>()
        };
        let hour_of_12 = (m.hour + 11).rem_euclid(12) + 1;
        let name = |names: &[&'static str], index: i64| {
            usize::try_from(index).ok().and_then(|i| names.get(i).copied())
        };
        let short = |name: Option<&str>| name.and_then(|name| name.get(..3)).unwrap_or("?").to_owned();
        let half = if m.hour < 12 { "AM" } else { "PM" };
        Some(match self.letter {
            'a' => self.words(short(name(&DAYS, m.weekday)), false),
            'A' => self.words(name(&DAYS, m.weekday).unwrap_or("?").to_owned(), false),
            'b' | 'h' => self.words(short(name(&MONTHS, m.month - 1)), false),
            'B' => self.words(name(&MONTHS, m.month - 1).unwrap_or("?").to_owned(), false),
            'p' => self.words(half.to_owned(), true),
            'P' => self.words(half.to_lowercase(), false),
            'Z' => self.words(m.zone.clone(), true),
            'c' => self.words(inner("%a %b %e %H:%M:%S %Y"), false),
            'D' | 'x' => self.words(inner("%m/%d/%y"), false),
            'F' => self.words(inner("%Y-%m-%d"), false),
            'r' => self.words(inner("%I:%M:%S %p"), false),
            'R' => self.words(inner("%H:%M"), false),
            'T' | 'X' => self.words(inner("%H:%M:%S"), false),
            'n' => self.words("\n".to_owned(), false),
            't' => self.words("\t".to_owned(), false),
            '%' => self.words("%".to_owned(), false),
            'C' => self.number(m.year.div_euclid(100), 2, '0'),
            'd' => self.number(m.day, 2, '0'),
            'e' => self.number(m.day, 2, ' '),
            'G' => self.number(m.iso_week().0, 1, '0'),
            'g' => self.number(m.iso_week().0.rem_euclid(100), 2, '0'),
            'H' => self.number(m.hour, 2, '0'),
            'I' => self.number(hour_of_12, 2, '0'),
            'j' => self.number(m.year_day, 3, '0'),
            'k' => self.number(m.hour, 2, ' '),
            'l' => self.number(hour_of_12, 2, ' '),
            'm' => self.number(m.month, 2, '0'),
            'M' => self.number(m.minute, 2, '0'),
            's' => self.number(seconds(), 1, '0'),
            'S' => self.number(m.second, 2, '0'),
            'u' => self.number(m.weekday + 1, 1, '0'),
            'U' => self.number(m.week_from(6), 2, '0'),
            'V' => self.number(m.iso_week().1, 2, '0'),
            'w' => self.number((m.weekday + 1) % 7, 1, '0'),
            'W' => self.number(m.week_from(0), 2, '0'),
            'y' => self.number(m.year.rem_euclid(100), 2, '0'),
            'Y' => self.number(m.year, 1, '0'),
            'z' => {
                let sign = if m.offset < 0 { '-' } else { '+' };
                let minutes = m.offset.abs() / 60;
                format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
            }
            _ => return None,
        })
    }

    fn words(&self, text: String, lower_when_swapped: bool) -> String {
        let text = match (self.upper, self.swap) {
            (_, true) if lower_when_swapped => text.to_lowercase(),
            (true, _) | (_, true) => text.to_uppercase(),
            _ => text,
        };
        let pad = if self.flag == Some('0') { '0' } else { ' ' };
        let missing = self.width.unwrap_or(0).saturating_sub(text.chars().count());
        std::iter::repeat_n(pad, missing).chain(text.chars()).collect()
    }

    fn number(&self, value: i64, digits: usize, pad: char) -> String {
        let pad = match self.flag {
            Some('-') => return value.to_string(),
            Some('_') => ' ',
            Some('0' | '+') => '0',
            _ => pad,
        };
        let width = self.width.unwrap_or(digits);
        let sign = if value < 0 { "-" } else { "" };
        let number = value.unsigned_abs().to_string();
        let missing = width.saturating_sub(number.len() + sign.len());
        let padding: String = std::iter::repeat_n(pad, missing).collect();
        if pad == ' ' { format!("{padding}{sign}{number}") } else { format!("{sign}{padding}{number}") }
    }
}

/// `asctime`: `Sun Jun 20 23:21:05 1993`.
pub fn asctime(moment: &Broken) -> String {
    let name = |names: &[&'static str], index: i64| {
        usize::try_from(index)
            .ok()
            .and_then(|index| names.get(index))
            .and_then(|name| name.get(..3))
            .unwrap_or("???")
    };
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        name(&DAYS, moment.weekday),
        name(&MONTHS, moment.month - 1),
        moment.day,
        moment.hour,
        moment.minute,
        moment.second,
        moment.year
    )
}
