//! `resource` (`Modules/resource.c`): the limits of the process, which can be read, and what it has used.

use object::{Args, NativeDef, Obj, Res, Vm};
use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};

use crate::module::NativeModule;
use crate::platform::RESOURCE;
use crate::structseq::struct_sequence;
use crate::system::refused;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("resource", "")
    .functions(&[
        NativeDef::one("getrusage", usage, "($module, who, /)\n--\n\n"),
        NativeDef::one(
            "getrlimit",
            |vm, _, args| limits(vm, &args.values[0]),
            "($module, resource, /)\n--\n\n",
        ),
        NativeDef::positional("setrlimit", refused, "($module, resource, limits, /)\n--\n\n"),
        NativeDef::positional("prlimit", process_limits, "($module, pid, resource, limits=None, /)\n--\n\n"),
        NativeDef::no_args(
            "getpagesize",
            |vm, _, _| Ok(vm.int(rustix::param::page_size() as i64)),
            "($module, /)\n--\n\n",
        ),
    ])
    .types(&[("struct_rusage", |vm| USAGE.class(vm))])
    .init(|vm, module| {
        for (name, number) in RESOURCE {
            module.dict.set_str(&vm.intern(name), vm.int(*number));
        }
        module.dict.set_str(&vm.intern("error"), vm.exc.os_error.as_obj().clone());
        Ok(())
    });

struct_sequence! {
    /// `resource.struct_rusage`
    static USAGE = "resource"."struct_rusage", "struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\nor via the attributes ru_utime, ru_stime, ru_maxrss, and so on.", visible 16;
    0 "ru_utime" "user time used";
    1 "ru_stime" "system time used";
    2 "ru_maxrss" "max. resident set size";
    3 "ru_ixrss" "shared memory size";
    4 "ru_idrss" "unshared data size";
    5 "ru_isrss" "unshared stack size";
    6 "ru_minflt" "page faults not requiring I/O";
    7 "ru_majflt" "page faults requiring I/O";
    8 "ru_nswap" "number of swap outs";
    9 "ru_inblock" "block input operations";
    10 "ru_oublock" "block output operations";
    11 "ru_msgsnd" "IPC messages sent";
    12 "ru_msgrcv" "IPC messages received";
    13 "ru_nsignals" "signals received";
    14 "ru_nvcsw" "voluntary context switches";
    15 "ru_nivcsw" "involuntary context switches";
}

/// The processor time of the process; the rest is not counted, nor is there another process to have used anything.
fn usage(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    /// `RUSAGE_CHILDREN`, `RUSAGE_SELF` and `RUSAGE_THREAD`
    const CHILDREN: i32 = -1;
    const THREAD: i32 = 1;
    let clock = match vm.as_i32(&args.values[0])? {
        CHILDREN => None,
        0 => Some(ClockId::ProcessCPUTime),
        THREAD => Some(ClockId::ThreadCPUTime),
        _ => return Err(vm.value_error("invalid who parameter")),
    };
    let used = clock.map(clock_gettime).map_or(0.0, |time| time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9);
    let mut items = vec![vm.float(used), vm.float(0.0)];
    items.resize(USAGE.fields.len(), vm.int(0));
    Ok(USAGE.make(vm, items))
}

/// The resources by their numbers on Linux.
const RESOURCES: [Resource; 16] = [
    Resource::Cpu,
    Resource::Fsize,
    Resource::Data,
    Resource::Stack,
    Resource::Core,
    Resource::Rss,
    Resource::Nproc,
    Resource::Nofile,
    Resource::Memlock,
    Resource::As,
    Resource::Locks,
    Resource::Sigpending,
    Resource::Msgqueue,
    Resource::Nice,
    Resource::Rtprio,
    Resource::Rttime,
];

fn limits(vm: &Vm, number: &Obj) -> Res<Obj> {
    let index = usize::try_from(vm.as_i32(number)?).ok();
    let Some(resource) = index.and_then(|index| RESOURCES.get(index)) else {
        return Err(vm.value_error("invalid resource specified"));
    };
    let found = getrlimit(*resource);
    let shown =
        |limit: Option<u64>| vm.int(limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX)));
    Ok(vm.tuple([shown(found.current), shown(found.maximum)]))
}

fn process_limits(vm: &Vm, module: &Obj, args: Args<'_>) -> Res<Obj> {
    let [process, number, new] = args.unpack::<3>(vm, "prlimit", 2)?;
    let own = [0, std::process::id().into()];
    let is_own = own.contains(&vm.as_i64(process.unwrap_or(&vm.none))?);
    if !is_own || new.is_some_and(|new| !new.is(&vm.none)) {
        return refused(vm, module, args);
    }
    limits(vm, number.unwrap_or(&vm.none))
}
