//! Runs the cases of `cases/`.

use std::fmt::Write as _;
use std::path::Path;

use text::LineIndex;

/// A block of Python with the place it comes from.
struct Case {
    title: String,
    source: String,
}

fn cases(markdown: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut title = String::new();
    let mut block: Option<String> = None;
    for line in markdown.lines() {
        match &mut block {
            Some(source) if line.trim_end() != "```" => {
                source.push_str(line);
                source.push('\n');
            }
            Some(_) => {
                let source = block.take().unwrap_or_default();
                cases.push(Case { title: title.clone(), source });
            }
            None if line.starts_with('#') => title = line.trim_start_matches('#').trim().to_owned(),
            None if line.trim_end() == "```python" => block = Some(String::new()),
            None => {}
        }
    }
    cases
}

/// The findings that the comments name: line (from 1) and code.
fn expected(source: &str) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    for (line, text) in (1..).zip(source.lines()) {
        let Some((_, codes)) = text.split_once("#!") else { continue };
        found.extend(codes.split(',').map(|code| (line, code.trim().to_owned())));
    }
    found.sort();
    found
}

fn actual(path: &str, source: &str) -> Vec<(u32, String)> {
    let mut host = ide::Host::new();
    let file = host.open(path, source);
    let diagnostics = host.snapshot().diagnostics(file).expect("nothing changes meanwhile");
    let lines = LineIndex::new(source);
    let mut found: Vec<_> =
        diagnostics.iter().map(|it| (lines.line(it.range.start) + 1, it.code.to_owned())).collect();
    found.sort();
    found
}

#[test]
fn every_case_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the cases are there")
        .filter_map(|it| Some(it.ok()?.path()))
        .collect();
    files.sort();
    let mut report = String::new();
    let mut count = 0;
    for file in files {
        let markdown = std::fs::read_to_string(&file).expect("a case is text");
        for case in cases(&markdown) {
            count += 1;
            let path = case.title.split_once(" in ").map_or("case.py", |(_, path)| path.trim_matches('`'));
            let (expect, got) = (expected(&case.source), actual(path, &case.source));
            if expect != got {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                let _ =
                    writeln!(report, "{name}, {}:\n  expected {expect:?}\n  found    {got:?}", case.title);
            }
        }
    }
    assert!(count > 0, "no cases");
    assert!(report.is_empty(), "\n{report}");
}
