//! Local time: the zone that `TZ` names, or the system's.

use std::cell::RefCell;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use object::Vm;

use super::calendar::{Broken, DAY};
use crate::system::World;

/// The zone of a machine, as the last `tzset` found it.
#[derive(Default)]
struct Local(RefCell<Option<TimeZone>>);

/// What the module says about the zone.
pub struct Names {
    /// Seconds west of Greenwich in winter.
    pub timezone: i64,
    /// The same in summer.
    pub altzone: i64,
    /// Whether there is a summer time.
    pub daylight: bool,
    /// The abbreviations for winter and summer.
    pub tzname: [String; 2],
}

/// Reads `TZ` again.
pub fn set(vm: &Vm) {
    let variable = vm.state::<World>().variable(b"TZ");
    let zone = match variable {
        None => TimeZone::try_system().unwrap_or(TimeZone::UTC),
        Some(name) => {
            let name = String::from_utf8_lossy(&name).into_owned();
            let name = name.strip_prefix(':').unwrap_or(&name);
            TimeZone::get(name).or_else(|_| TimeZone::posix(name)).unwrap_or(TimeZone::UTC)
        }
    };
    vm.state::<Local>().0.replace(Some(zone));
}

fn zone(vm: &Vm) -> TimeZone {
    let local = vm.state::<Local>();
    if local.0.borrow().is_none() {
        set(vm);
    }
    local.0.borrow().clone().unwrap_or(TimeZone::UTC)
}

/// What holds at a moment: seconds east of Greenwich, whether it is summer time, the abbreviation.
fn rule(zone: &TimeZone, seconds: i64) -> (i64, bool, String) {
    // Beyond the calendar of the library the rules of its last year are as good as any.
    let (first, last) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    let moment = Timestamp::from_second(seconds.clamp(first, last)).unwrap_or(Timestamp::UNIX_EPOCH);
    let info = zone.to_offset_info(moment);
    (info.offset().seconds().into(), info.dst().is_dst(), info.abbreviation().to_owned())
}

/// `localtime`
pub fn local(vm: &Vm, seconds: i64) -> Broken {
    let (offset, summer, name) = rule(&zone(vm), seconds);
    Broken::at(seconds, offset, summer, &name)
}

/// `mktime`: seconds since the epoch of a local time. Where a clock shows it twice, or never, `summer` decides.
pub fn seconds_of(vm: &Vm, moment: &Broken) -> i64 {
    let zone = zone(vm);
    let shown = moment.to_seconds();
    let offsets = [shown - DAY, shown, shown + DAY].map(|near| rule(&zone, near).0);
    let wanted = |summer: bool| moment.summer < 0 || (moment.summer > 0) == summer;
    let mut fitting = offsets.iter().map(|offset| shown - offset).filter(|&moment| {
        let (offset, ..) = rule(&zone, moment);
        moment + offset == shown
    });
    let (exact, any) = {
        let all: Vec<i64> = fitting.by_ref().collect();
        (all.iter().copied().find(|&moment| wanted(rule(&zone, moment).1)), all.first().copied())
    };
    if let Some(exact) = exact {
        return exact;
    }
    // The flag contradicts the season: the offset of the nearest time of year for which it is right.
    for distance in (1..=12).map(|months| months * 30 * DAY) {
        for near in [shown - distance, shown + distance] {
            let (offset, summer, _) = rule(&zone, near);
            if moment.summer >= 0 && wanted(summer) {
                return shown - offset;
            }
        }
    }
    any.unwrap_or(shown - offsets[0])
}

/// `timezone`, `tzname` and so on (`init_timezone`).
pub fn names(vm: &Vm, now: i64) -> Names {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let zone = zone(vm);
    let start = now / YEAR * YEAR;
    let (january, _, january_name) = rule(&zone, start);
    let (july, _, july_name) = rule(&zone, start + YEAR / 2);
    let (january, july) = (-january, -july);
    let daylight = january != july;
    if january < july {
        // On the southern half winter is in July.
        return Names { timezone: july, altzone: january, daylight, tzname: [july_name, january_name] };
    }
    Names { timezone: january, altzone: july, daylight, tzname: [january_name, july_name] }
}
