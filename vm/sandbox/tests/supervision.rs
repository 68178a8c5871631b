//! A supervisor and real worker processes whose machine is a toy: its "programs" are the names of the
//! things that a program in a sandbox might try.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sandbox::{
    Cancel, Chunk, Ending, Limits, Machine, Outcome, Piece, Run, Stream, Supervisor, Value, WorkerCommand,
};

struct Toy;

impl Machine for Toy {
    fn run(self, run: &Run, output: &mut dyn FnMut(Stream, &str), interrupt: &Arc<AtomicBool>) -> Outcome {
        let text = attempt(&run.body.source, output, interrupt);
        let value = Some(Value { repr: text, type_name: "str".into() });
        Outcome { value, ..Outcome::bare(Ending::Finished) }
    }
}

/// Does what `what` names and says how it went.
fn attempt(what: &str, output: &mut dyn FnMut(Stream, &str), interrupt: &Arc<AtomicBool>) -> String {
    let verdict = |allowed: bool| if allowed { "allowed" } else { "refused" }.to_owned();
    match what {
        "pid" => std::process::id().to_string(),
        "read a file" => verdict(std::fs::read(std::env::current_exe().unwrap_or_default()).is_ok()),
        "write a file" => {
            let path = std::env::temp_dir().join(format!("bytelens-supervision-{}", std::process::id()));
            verdict(std::fs::write(path, "x").is_ok())
        }
        "list a folder" => verdict(std::fs::read_dir("/").is_ok()),
        "connect" => verdict(std::net::TcpListener::bind("127.0.0.1:0").is_ok()),
        "start a process" => verdict(std::process::Command::new("/bin/true").status().is_ok()),
        "start a thread" => {
            verdict(std::thread::Builder::new().spawn(|| ()).is_ok_and(|it| it.join().is_ok()))
        }
        "see the environment" => verdict(std::env::vars().next().is_some()),
        "print" => {
            output(Stream::Stdout, "one ");
            output(Stream::Stdout, "two");
            output(Stream::Stderr, "three");
            String::new()
        }
        "print without end" => {
            while !interrupt.load(Ordering::Relaxed) {
                output(Stream::Stdout, "ééééééééé");
            }
            String::new()
        }
        "stop when told" => {
            while !interrupt.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(1));
            }
            "stopped".into()
        }
        "hang" => loop {
            std::thread::sleep(Duration::from_millis(10));
        },
        "panic" => panic!("oh"),
        "abort" => std::process::abort(),
        "take all memory" => {
            let mut hoard = Vec::new();
            while !interrupt.load(Ordering::Relaxed) {
                hoard.push(Vec::<u8>::with_capacity(64 << 20));
            }
            "got it".into()
        }
        other => format!("what is {other}?"),
    }
}

fn ask(supervisor: &Supervisor, what: &str) -> Outcome {
    ask_until(supervisor, what, &Cancel::default())
}

fn ask_until(supervisor: &Supervisor, what: &str, cancel: &Cancel) -> Outcome {
    let body = Piece { source: what.into(), lines: Vec::new() };
    let limits = Limits { milliseconds: 300, output: 1000, ..Limits::default() };
    supervisor.run(&Run { filename: "toy".into(), setup: Piece::default(), body, limits }, cancel)
}

fn answer(supervisor: &Supervisor, what: &str) -> String {
    let outcome = ask(supervisor, what);
    outcome.value.unwrap_or_else(|| panic!("{what}: {:?}", outcome.ending)).repr
}

fn walls(supervisor: &Supervisor) {
    let walls = supervisor.warm(&Limits::default()).expect("a worker starts");
    println!("{walls:?}");
    // What a kernel lacks, it says so; anything else is a mistake of ours.
    let ours = |what: &&String| what.contains("Operation not permitted");
    assert_eq!(walls.missing.iter().find(ours), None);
    assert_eq!(answer(supervisor, "start a thread"), "allowed");
    assert_eq!(answer(supervisor, "see the environment"), "refused");
    if walls.seccomp || walls.landlock {
        assert_eq!(answer(supervisor, "read a file"), "refused");
        assert_eq!(answer(supervisor, "write a file"), "refused");
        assert_eq!(answer(supervisor, "list a folder"), "refused");
    }
    if walls.seccomp {
        assert_eq!(answer(supervisor, "connect"), "refused");
        assert_eq!(answer(supervisor, "start a process"), "refused");
    }
}

fn output(supervisor: &Supervisor) {
    let chunk = |stream, text: &str| Chunk { stream, text: text.into() };
    let expect = [chunk(Stream::Stdout, "one two"), chunk(Stream::Stderr, "three")];
    assert_eq!(ask(supervisor, "print").output, expect);
    let flood = ask(supervisor, "print without end");
    let length: usize = flood.output.iter().map(|chunk| chunk.text.len()).sum();
    assert!((990..=1000).contains(&length) && flood.output_cut, "{length} bytes of output");
}

fn replacement(supervisor: &Supervisor) {
    let first = answer(supervisor, "pid");
    assert_ne!(answer(supervisor, "pid"), first, "a run has a process of its own");
    assert_eq!(answer(supervisor, "stop when told"), "stopped");
    assert!(matches!(ask(supervisor, "hang").ending, Ending::Limit(_)));
    assert!(matches!(ask(supervisor, "abort").ending, Ending::Crashed(_)));
    assert!(matches!(ask(supervisor, "panic").ending, Ending::Crashed(text) if text == "oh"));
    supervisor.restart();
    assert_ne!(answer(supervisor, "pid"), first);
    if cfg!(unix) {
        let ending = ask(supervisor, "take all memory").ending;
        assert!(matches!(&ending, Ending::Limit(text) if text.contains("memory")), "{ending:?}");
    }
}

fn cancelling(supervisor: &Supervisor) {
    let cancel = Cancel::default();
    let canceller = cancel.clone();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        canceller.cancel();
    });
    let started = Instant::now();
    assert_eq!(ask_until(supervisor, "hang", &cancel).ending, Ending::Cancelled);
    assert!(started.elapsed() < Duration::from_millis(290), "{:?}", started.elapsed());
    thread.join().expect("the canceller does not panic");
}

fn no_worker() {
    let nothing = Supervisor::new(WorkerCommand { program: "/no/such/program".into(), args: Vec::new() });
    assert!(matches!(ask(&nothing, "pid").ending, Ending::Crashed(_)));
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if args.get(1).is_some_and(|arg| arg == "worker") {
        let memory = args[3].parse().expect("--memory N");
        sandbox::work(memory, || Toy).expect("the supervisor reads and writes");
        return;
    }
    let program = std::env::current_exe().expect("a test has an executable");
    let supervisor = Supervisor::new(WorkerCommand { program, args: vec!["worker".into()] });
    walls(&supervisor);
    output(&supervisor);
    replacement(&supervisor);
    cancelling(&supervisor);
    no_worker();
    println!("supervision: 5 passed, 0 failed");
}
