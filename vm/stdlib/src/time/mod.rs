//! `time` (`timemodule.c`): clocks, sleeping, broken-down times.

mod calendar;
mod format;
mod zone;

use std::time::{Duration, Instant};

use calendar::Broken;
use object::{Args, Float, Int, Module, NativeDef, Obj, Ref, Res, Str, Tuple, Vm};
use rustix::time::{ClockId, Timespec, clock_getres, clock_gettime};

use crate::module::NativeModule;
use crate::structseq::struct_sequence;
use crate::system;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("time", "This module provides various functions to manipulate time values.\n\nThere are two standard representations of time.  One is the number\nof seconds since the Epoch, in UTC (a.k.a. GMT).  It may be an integer\nor a floating-point number (to represent fractions of seconds).\nThe epoch is the point where the time starts, the return value of time.gmtime(0).\nIt is January 1, 1970, 00:00:00 (UTC) on all platforms.\n\nThe other representation is a tuple of 9 integers giving local time.\nThe tuple items are:\n  year (including century, e.g. 1998)\n  month (1-12)\n  day (1-31)\n  hours (0-23)\n  minutes (0-59)\n  seconds (0-59)\n  weekday (0-6, Monday is 0)\n  Julian day (day in the year, 1-366)\n  DST (Daylight Savings Time) flag (-1, 0 or 1)\nIf the DST flag is 0, the time is given in the regular time zone;\nif it is 1, the time is given in the DST time zone;\nif it is -1, mktime() should guess based on the date and time.\n")
    .functions(FUNCTIONS)
    .types(&[("struct_time", |vm| STRUCT_TIME.class(vm))])
    .init(init);

struct_sequence! {
    /// `time.struct_time`
    static STRUCT_TIME = "time"."struct_time", "The time value as returned by gmtime(), localtime(), and strptime(), and\n accepted by asctime(), mktime() and strftime().  May be considered as a\n sequence of 9 integers.\n\n Note that several fields' values are not the same as those defined by\n the C language standard for struct tm.  For example, the value of the\n field tm_year is the actual year, not year - 1900.  See individual\n fields' descriptions for details.", visible 9;
    0 "tm_year" "year, for example, 1993";
    1 "tm_mon" "month of year, range [1, 12]";
    2 "tm_mday" "day of month, range [1, 31]";
    3 "tm_hour" "hours, range [0, 23]";
    4 "tm_min" "minutes, range [0, 59]";
    5 "tm_sec" "seconds, range [0, 61])";
    6 "tm_wday" "day of week, range [0, 6], Monday is 0";
    7 "tm_yday" "day of year, range [1, 366]";
    8 "tm_isdst" "1 if summer time is in effect, 0 if not, and -1 if unknown";
    9 "tm_zone" "abbreviation of timezone name";
    10 "tm_gmtoff" "offset from UTC in seconds";
}

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::no_args(
        "time",
        |vm, _, _| Ok(seconds(vm, now(ClockId::Realtime))),
        "($self, /)\n--\n\ntime() -> floating-point number\n\nReturn the current time in seconds since the Epoch.\nFractions of a second may be present if the system clock provides them.",
    ),
    NativeDef::no_args(
        "time_ns",
        |vm, _, _| Ok(nanoseconds(vm, now(ClockId::Realtime))),
        "($self, /)\n--\n\ntime_ns() -> int\n\nReturn the current time in nanoseconds since the Epoch.",
    ),
    NativeDef::one(
        "clock_gettime",
        |vm, _, a| Ok(seconds(vm, now(clock(vm, &a.values[0])?))),
        "($module, clk_id, /)\n--\n\nReturn the time of the specified clock clk_id as a float.",
    ),
    NativeDef::one(
        "clock_gettime_ns",
        |vm, _, a| Ok(nanoseconds(vm, now(clock(vm, &a.values[0])?))),
        "($module, clk_id, /)\n--\n\nReturn the time of the specified clock clk_id as nanoseconds (int).",
    ),
    NativeDef::positional(
        "clock_settime",
        system::refused,
        "clock_settime(clk_id, time)\n\nSet the time of the specified clock clk_id.",
    ),
    NativeDef::positional(
        "clock_settime_ns",
        system::refused,
        "clock_settime_ns(clk_id, time)\n\nSet the time of the specified clock clk_id with nanoseconds.",
    ),
    NativeDef::one(
        "clock_getres",
        clock_resolution,
        "clock_getres(clk_id) -> floating-point number\n\nReturn the resolution (precision) of the specified clock clk_id.",
    ),
    NativeDef::one(
        "pthread_getcpuclockid",
        system::refused,
        "pthread_getcpuclockid(thread_id) -> int\n\nReturn the clk_id of a thread's CPU time clock.",
    ),
    NativeDef::one(
        "sleep",
        sleep,
        "($self, object, /)\n--\n\nsleep(seconds)\n\nDelay execution for a given number of seconds.  The argument may be\na floating-point number for subsecond precision.",
    ),
    NativeDef::positional(
        "gmtime",
        gmtime,
        "gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,\n                       tm_sec, tm_wday, tm_yday, tm_isdst)\n\nConvert seconds since the Epoch to a time tuple expressing UTC (a.k.a.\nGMT).  When 'seconds' is not passed in, convert the current time instead.\n\nIf the platform supports the tm_gmtoff and tm_zone, they are available as\nattributes only.",
    ),
    NativeDef::positional(
        "localtime",
        localtime,
        "localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,\n                          tm_sec,tm_wday,tm_yday,tm_isdst)\n\nConvert seconds since the Epoch to a time tuple expressing local time.\nWhen 'seconds' is not passed in, convert the current time instead.",
    ),
    NativeDef::positional(
        "asctime",
        asctime,
        "asctime([time_tuple]) -> string\n\nConvert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.\nWhen the time tuple is not present, current time as returned by localtime()\nis used.",
    ),
    NativeDef::positional(
        "ctime",
        ctime,
        "ctime([seconds]) -> string\n\nConvert a time in seconds since the Epoch to a string in local time.\nThis is equivalent to asctime(localtime(seconds)). When 'seconds' is not\npassed in, convert the current time instead.",
    ),
    NativeDef::one(
        "mktime",
        mktime,
        "($self, object, /)\n--\n\nmktime(time_tuple) -> floating-point number\n\nConvert a time tuple in local time to seconds since the Epoch.\nNote that mktime(gmtime(0)) will not generally return zero for most\ntime zones; instead the returned value will either be equal to that\nof the timezone or altzone attributes on the time module.",
    ),
    NativeDef::positional(
        "strftime",
        strftime,
        "strftime(format[, time_tuple]) -> string\n\nConvert a time tuple to a string according to a format specification.\nSee the library reference manual for formatting codes. When the time tuple\nis not present, current time as returned by localtime() is used.\n\nCommonly used format codes:\n\n%Y  Year with century as a decimal number.\n%m  Month as a decimal number [01,12].\n%d  Day of the month as a decimal number [01,31].\n%H  Hour (24-hour clock) as a decimal number [00,23].\n%M  Minute as a decimal number [00,59].\n%S  Second as a decimal number [00,61].\n%z  Time zone offset from UTC.\n%a  Locale's abbreviated weekday name.\n%A  Locale's full weekday name.\n%b  Locale's abbreviated month name.\n%B  Locale's full month name.\n%c  Locale's appropriate date and time representation.\n%I  Hour (12-hour clock) as a decimal number [01,12].\n%p  Locale's equivalent of either AM or PM.\n\nOther codes may be available on your platform.  See documentation for\nthe C library strftime function.\n",
    ),
    NativeDef::positional(
        "strptime",
        strptime,
        "strptime(string[, format]) -> struct_time\n\nParse a string to a time tuple according to a format specification.\nSee the library reference manual for formatting codes (same as\nstrftime()).\n\nCommonly used format codes:\n\n%Y  Year with century as a decimal number.\n%m  Month as a decimal number [01,12].\n%d  Day of the month as a decimal number [01,31].\n%H  Hour (24-hour clock) as a decimal number [00,23].\n%M  Minute as a decimal number [00,59].\n%S  Second as a decimal number [00,61].\n%z  Time zone offset from UTC.\n%a  Locale's abbreviated weekday name.\n%A  Locale's full weekday name.\n%b  Locale's abbreviated month name.\n%B  Locale's full month name.\n%c  Locale's appropriate date and time representation.\n%I  Hour (12-hour clock) as a decimal number [01,12].\n%p  Locale's equivalent of either AM or PM.\n\nOther codes may be available on your platform.  See documentation for\nthe C library strftime function.\n",
    ),
    NativeDef::no_args(
        "tzset",
        tzset,
        "($self, /)\n--\n\ntzset()\n\nInitialize, or reinitialize, the local timezone to the value stored in\nos.environ['TZ']. The TZ environment variable should be specified in\nstandard Unix timezone format as documented in the tzset man page\n(eg. 'US/Eastern', 'Europe/Amsterdam'). Unknown timezones will silently\nfall back to UTC. If the TZ environment variable is not set, the local\ntimezone is set to the systems best guess of wallclock time.\nChanging the TZ environment variable without calling tzset *may* change\nthe local timezone used by methods such as localtime, but this behaviour\nshould not be relied on.",
    ),
    NativeDef::no_args(
        "monotonic",
        |vm, _, _| Ok(seconds(vm, now(ClockId::Monotonic))),
        "($self, /)\n--\n\nmonotonic() -> float\n\nMonotonic clock, cannot go backward.",
    ),
    NativeDef::no_args(
        "monotonic_ns",
        |vm, _, _| Ok(nanoseconds(vm, now(ClockId::Monotonic))),
        "($self, /)\n--\n\nmonotonic_ns() -> int\n\nMonotonic clock, cannot go backward, as nanoseconds.",
    ),
    NativeDef::no_args(
        "process_time",
        |vm, _, _| Ok(seconds(vm, now(ClockId::ProcessCPUTime))),
        "($self, /)\n--\n\nprocess_time() -> float\n\nProcess time for profiling: sum of the kernel and user-space CPU time.",
    ),
    NativeDef::no_args(
        "process_time_ns",
        |vm, _, _| Ok(nanoseconds(vm, now(ClockId::ProcessCPUTime))),
        "($self, /)\n--\n\nprocess_time() -> int\n\nProcess time for profiling as nanoseconds:\nsum of the kernel and user-space CPU time.",
    ),
    NativeDef::no_args(
        "thread_time",
        |vm, _, _| Ok(seconds(vm, now(ClockId::ThreadCPUTime))),
        "($self, /)\n--\n\nthread_time() -> float\n\nThread time for profiling: sum of the kernel and user-space CPU time.",
    ),
    NativeDef::no_args(
        "thread_time_ns",
        |vm, _, _| Ok(nanoseconds(vm, now(ClockId::ThreadCPUTime))),
        "($self, /)\n--\n\nthread_time() -> int\n\nThread time for profiling as nanoseconds:\nsum of the kernel and user-space CPU time.",
    ),
    NativeDef::no_args(
        "perf_counter",
        |vm, _, _| Ok(seconds(vm, now(ClockId::Monotonic))),
        "($self, /)\n--\n\nperf_counter() -> float\n\nPerformance counter for benchmarking.",
    ),
    NativeDef::no_args(
        "perf_counter_ns",
        |vm, _, _| Ok(nanoseconds(vm, now(ClockId::Monotonic))),
        "($self, /)\n--\n\nperf_counter_ns() -> int\n\nPerformance counter for benchmarking as nanoseconds.",
    ),
    NativeDef::one(
        "get_clock_info",
        get_clock_info,
        "get_clock_info(name: str) -> dict\n\nGet information of the specified clock.",
    ),
];

/// The clocks by their names: what they are in C, whether they only go forward, whether they can be set.
const CLOCKS: &[(&str, &str, ClockId)] = &[
    ("time", "CLOCK_REALTIME", ClockId::Realtime),
    ("monotonic", "CLOCK_MONOTONIC", ClockId::Monotonic),
    ("perf_counter", "CLOCK_MONOTONIC", ClockId::Monotonic),
    ("process_time", "CLOCK_PROCESS_CPUTIME_ID", ClockId::ProcessCPUTime),
    ("thread_time", "CLOCK_THREAD_CPUTIME_ID", ClockId::ThreadCPUTime),
];

/// The numbers of clocks.
const CLOCK_IDS: &[(&str, ClockId)] = &[
    ("CLOCK_REALTIME", ClockId::Realtime),
    ("CLOCK_MONOTONIC", ClockId::Monotonic),
    ("CLOCK_PROCESS_CPUTIME_ID", ClockId::ProcessCPUTime),
    ("CLOCK_THREAD_CPUTIME_ID", ClockId::ThreadCPUTime),
    #[cfg(target_os = "linux")]
    ("CLOCK_MONOTONIC_RAW", ClockId::MonotonicRaw),
    #[cfg(target_os = "linux")]
    ("CLOCK_BOOTTIME", ClockId::Boottime),
];

fn init(vm: &Vm, module: &Ref<Module>) -> Res<()> {
    let set = |name: &str, value: Obj| module.dict.set_str(&vm.intern(name), value);
    for (name, id) in CLOCK_IDS {
        set(name, vm.int(*id as i64));
    }
    set("_STRUCT_TM_ITEMS", vm.int(11));
    set_zone(vm, module);
    Ok(())
}

/// Reads the zone and says in the module what it is.
fn set_zone(vm: &Vm, module: &Module) {
    zone::set(vm);
    let names = zone::names(vm, now(ClockId::Realtime).tv_sec);
    let set = |name: &str, value: Obj| module.dict.set_str(&vm.intern(name), value);
    set("timezone", vm.int(names.timezone));
    set("altzone", vm.int(names.altzone));
    set("daylight", vm.int(names.daylight.into()));
    set("tzname", vm.tuple(names.tzname.each_ref().map(|name| vm.str(name))));
}

fn tzset(vm: &Vm, module: &Obj, _: Args<'_>) -> Res<Obj> {
    if let Some(module) = module.get::<Module>() {
        set_zone(vm, module);
    }
    Ok(vm.none.clone())
}

fn now(clock: ClockId) -> Timespec {
    clock_gettime(clock)
}

fn seconds(vm: &Vm, time: Timespec) -> Obj {
    // One division of the whole, as CPython's `_PyTime_AsSecondsDouble`, so that both round once.
    vm.float((time.tv_sec as i128 * 1_000_000_000 + time.tv_nsec as i128) as f64 / 1e9)
}

fn nanoseconds(vm: &Vm, time: Timespec) -> Obj {
    vm.int_big((time.tv_sec as i128 * 1_000_000_000 + time.tv_nsec as i128).into())
}

/// The clock of a number.
fn clock(vm: &Vm, id: &Obj) -> Res<ClockId> {
    if id.get::<Int>().is_none() {
        return Err(vm.type_error(format!("clk_id should be integer, not {}", id.ty().name())));
    }
    let number = vm.as_i32(id)?;
    let known = CLOCK_IDS.iter().find(|(_, clock)| *clock as i32 == number);
    known.map(|(_, clock)| *clock).ok_or_else(|| system::error(vm, rustix::io::Errno::INVAL, None))
}

fn clock_resolution(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let id = vm.as_i32(&args.values[0])?;
    Ok(seconds(vm, clock_getres(clock(vm, &vm.int(id.into()))?)))
}

fn get_clock_info(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let name = vm.str_arg("get_clock_info", "argument 1", &args.values[0])?;
    let found = CLOCKS.iter().find(|(own, ..)| name.is_text(own));
    let Some((name, system, id)) = found else { return Err(vm.value_error("unknown clock")) };
    let resolution = clock_getres(*id);
    let namespace = vm.getattr_text(&crate::import::import_module(vm, "types")?, "SimpleNamespace")?;
    let fields = vm.dict();
    fields.set_str(&vm.intern("implementation"), vm.str(&format!("clock_gettime({system})")));
    fields.set_str(&vm.intern("monotonic"), vm.bool(*name != "time"));
    fields.set_str(&vm.intern("adjustable"), vm.bool(*name == "time"));
    fields.set_str(&vm.intern("resolution"), seconds(vm, resolution));
    vm.call_dict(&namespace, &[], Some(&fields))
}

/// So long a sleep goes on before limits are asked again.
const NAP: Duration = Duration::from_millis(5);

fn sleep(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let seconds = seconds_arg(vm, &args.values[0])?;
    if seconds < 0.0 {
        return Err(vm.value_error("sleep length must be non-negative"));
    }
    wait(vm, Some(seconds), || false)?;
    Ok(vm.none.clone())
}

/// A length of time in seconds (`_PyTime_FromSecondsObject`).
pub(crate) fn seconds_arg(vm: &Vm, wanted: &Obj) -> Res<f64> {
    let seconds = match wanted.get::<Float>() {
        Some(float) if float.0.is_nan() => return Err(vm.value_error("Invalid value NaN (not a number)")),
        Some(float) => float.0,
        None if vm.has_index(wanted) => vm.as_i64(wanted)? as f64,
        None => {
            let name = wanted.ty().name();
            return Err(
                vm.type_error(format!("'{name}' object cannot be interpreted as an integer or float"))
            );
        }
    };
    if seconds.abs() >= i64::MAX as f64 / 1e9 {
        return Err(vm.overflow_error("timestamp out of range for C PyTime_t"));
    }
    Ok(seconds)
}

/// Waits until something is ready or so many seconds are over, for ever if none are given: whether it became ready.
pub(crate) fn wait(vm: &Vm, seconds: Option<f64>, mut is_ready: impl FnMut() -> bool) -> Res<bool> {
    let end =
        seconds.and_then(|seconds| Instant::now().checked_add(Duration::from_secs_f64(seconds.max(0.0))));
    loop {
        interp::trace::native_steps(vm, 1)?;
        if is_ready() {
            return Ok(true);
        }
        let left = end.map_or(NAP, |end| end.saturating_duration_since(Instant::now()));
        if left.is_zero() {
            return Ok(false);
        }
        std::thread::sleep(left.min(NAP));
    }
}

/// The argument of `gmtime` and its like: seconds since the epoch, now by default, rounded down.
fn moment(vm: &Vm, function: &str, args: Args<'_>) -> Res<i64> {
    args.no_keywords(vm, &format!("time.{function}"))?;
    if args.values.len() > 1 {
        let given = args.values.len();
        return Err(vm.type_error(format!("{function}() takes at most 1 argument ({given} given)")));
    }
    let Some(given) = args.values.first().filter(|given| !given.is(&vm.none)) else {
        return Ok(now(ClockId::Realtime).tv_sec);
    };
    let too_far = || vm.overflow_error("timestamp out of range for platform time_t");
    match given.get::<Float>() {
        Some(float) if float.0.is_nan() => Err(vm.value_error("Invalid value NaN (not a number)")),
        Some(float) => {
            let down = float.0.floor();
            if down.abs() < i64::MAX as f64 { Ok(down as i64) } else { Err(too_far()) }
        }
        None => vm
            .as_i64(given)
            .map_err(|raised| if raised.is_instance(&vm.exc.overflow_error) { too_far() } else { raised }),
    }
}

/// `gmtime` ends with the years that an `int` holds.
fn in_range(vm: &Vm, seconds: i64) -> Res<i64> {
    const FIRST: i64 = -67_768_040_609_740_800;
    const LAST: i64 = 67_768_036_191_676_799;
    if (FIRST..=LAST).contains(&seconds) {
        return Ok(seconds);
    }
    Err(system::error(vm, rustix::io::Errno::OVERFLOW, None))
}

fn structure(vm: &Vm, moment: &Broken) -> Obj {
    let m = moment;
    let numbers = [m.year, m.month, m.day, m.hour, m.minute, m.second, m.weekday, m.year_day, m.summer];
    let mut items: Vec<Obj> = numbers.iter().map(|n| vm.int(*n)).collect();
    items.extend([vm.str(&m.zone), vm.int(m.offset)]);
    STRUCT_TIME.make(vm, items)
}

fn gmtime(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let seconds = in_range(vm, moment(vm, "gmtime", args)?)?;
    Ok(structure(vm, &Broken::at(seconds, 0, false, "GMT")))
}

fn localtime(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let seconds = in_range(vm, moment(vm, "localtime", args)?)?;
    Ok(structure(vm, &zone::local(vm, seconds)))
}

fn ctime(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let seconds = in_range(vm, moment(vm, "ctime", args)?)?;
    Ok(vm.str(&format::asctime(&zone::local(vm, seconds))))
}

/// A time tuple's moment (`gettmarg`).
fn broken(vm: &Vm, function: &str, tuple: &Obj) -> Res<Broken> {
    let Some(items) = tuple.get::<Tuple>() else {
        return Err(vm.type_error("Tuple or struct_time argument required"));
    };
    let items: &[Obj; 9] = items
        .items()
        .try_into()
        .map_err(|_| vm.type_error(format!("{function}(): illegal time tuple argument")))?;
    let mut numbers = [0; 9];
    for (number, item) in numbers.iter_mut().zip(items) {
        *number = int(vm, item)?;
    }
    let [year, month, day, hour, minute, second, weekday, year_day, summer] = numbers;
    // The C library counts from 1900.
    if year < i64::from(i32::MIN) + 1900 {
        return Err(vm.overflow_error("year out of range"));
    }
    let mut zone = String::new();
    let mut offset = 0;
    if tuple.ty().is(&STRUCT_TIME.class(vm)) {
        if let Some(name) = crate::structseq::hidden_item(vm, tuple, "tm_zone")?.get::<Str>() {
            zone = name.to_text_lossy().into_owned();
        }
        offset = crate::structseq::hidden_item(vm, tuple, "tm_gmtoff")?
            .get::<Int>()
            .and_then(Int::small)
            .unwrap_or(0);
    }
    Ok(Broken { year, month, day, hour, minute, second, weekday, year_day, summer, zone, offset })
}

/// A C `int` among the arguments.
fn int(vm: &Vm, value: &Obj) -> Res<i64> {
    let number = vm.as_i64(value)?;
    match i32::try_from(number) {
        Ok(number) => Ok(number.into()),
        Err(_) if number < 0 => Err(vm.overflow_error("signed integer is less than minimum")),
        Err(_) => Err(vm.overflow_error("signed integer is greater than maximum")),
    }
}

/// Puts zeros where they mean the first, and refuses what no calendar has (`checktm`).
fn checked(vm: &Vm, mut moment: Broken) -> Res<Broken> {
    let refuse = |what: &str| Err(vm.value_error(format!("{what} out of range")));
    for place in [&mut moment.month, &mut moment.day, &mut moment.year_day] {
        if *place == 0 {
            *place = 1;
        }
    }
    if !(1..=12).contains(&moment.month) {
        return refuse("month");
    }
    if !(1..=31).contains(&moment.day) {
        return refuse("day of month");
    }
    if !(0..=23).contains(&moment.hour) {
        return refuse("hour");
    }
    if !(0..=59).contains(&moment.minute) {
        return refuse("minute");
    }
    if !(0..=61).contains(&moment.second) {
        return refuse("seconds");
    }
    // C counts from Sunday: CPython turns −1 into 0 and refuses what is below.
    if moment.weekday < -1 {
        return refuse("day of week");
    }
    if !(1..=366).contains(&moment.year_day) {
        return refuse("day of year");
    }
    moment.weekday = moment.weekday.rem_euclid(7);
    moment.summer = moment.summer.clamp(-1, 1);
    Ok(moment)
}

/// The argument of `asctime` and `strftime`: a time tuple, or the local time now.
fn time_argument(vm: &Vm, function: &str, tuple: Option<&Obj>) -> Res<Broken> {
    match tuple {
        Some(tuple) => {
            let mut moment = checked(vm, broken(vm, function, tuple)?)?;
            if moment.zone.is_empty() && !tuple.ty().is(&STRUCT_TIME.class(vm)) {
                let names = zone::names(vm, now(ClockId::Realtime).tv_sec);
                let [winter, summer] = names.tzname;
                let (zone, west) =
                    if moment.summer > 0 { (summer, names.altzone) } else { (winter, names.timezone) };
                (moment.zone, moment.offset) = (zone, -west);
            }
            Ok(moment)
        }
        None => Ok(zone::local(vm, now(ClockId::Realtime).tv_sec)),
    }
}

fn asctime(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [tuple] = args.unpack::<1>(vm, "asctime", 0)?;
    Ok(vm.str(&format::asctime(&time_argument(vm, "asctime", tuple)?)))
}

fn mktime(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let moment = broken(vm, "mktime", &args.values[0])?;
    Ok(vm.float(zone::seconds_of(vm, &moment) as f64))
}

fn strftime(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let given = args.values.len();
    args.no_keywords(vm, "time.strftime")?;
    if !(1..=2).contains(&given) {
        let (word, limit) =
            if given == 0 { ("at least 1 argument", "") } else { ("at most 2 arguments", "") };
        return Err(vm.type_error(format!("strftime() takes {word}{limit} ({given} given)")));
    }
    let pattern = vm.str_arg("strftime", "argument 1", &args.values[0])?;
    let moment = time_argument(vm, "strftime", args.values.get(1))?;
    let points: Vec<u32> = pattern.code_points().collect();
    let text = format::format(&moment, &|| zone::seconds_of(vm, &moment), &points);
    Ok(Str::from_code_points(&vm.types.str, &text).into_obj())
}

fn strptime(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let module = crate::import::import_module(vm, "_strptime")?;
    vm.call_args(&vm.getattr_text(&module, "_strptime_time")?, args)
}
