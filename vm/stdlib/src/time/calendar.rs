//! Broken-down times: the C library's `struct tm`, without its range.

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// A moment by the calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Broken {
    /// The year as people write it.
    pub year: i64,
    /// The month, from 1.
    pub month: i64,
    /// The day of the month, from 1.
    pub day: i64,
    /// 0 to 23.
    pub hour: i64,
    /// 0 to 59.
    pub minute: i64,
    /// 0 to 61.
    pub second: i64,
    /// Monday is 0.
    pub weekday: i64,
    /// The day of the year, from 1.
    pub year_day: i64,
    /// Whether summer time holds: 1, 0, or −1 for unknown.
    pub summer: i64,
    /// The zone's abbreviation.
    pub zone: String,
    /// Seconds east of Greenwich.
    pub offset: i64,
}

impl Broken {
    /// The moment `seconds` after the epoch, on a clock that is `offset` ahead.
    pub fn at(seconds: i64, offset: i64, summer: bool, zone: &str) -> Broken {
        let local = seconds + offset;
        let (days, rest) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let (year, month, day) = date_of(days);
        Broken {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            weekday: (days + 3).rem_euclid(7),
            year_day: days - days_to(year, 1, 1) + 1,
            summer: summer.into(),
            zone: zone.to_owned(),
            offset,
        }
    }

    /// Seconds from the epoch to this moment, as if it were in Greenwich. Months and days may be out of range.
    pub fn to_seconds(&self) -> i64 {
        let month = self.month - 1;
        let (year, month) = (self.year + month.div_euclid(12), month.rem_euclid(12) + 1);
        let days = days_to(year, month, 1) + self.day - 1;
        days * DAY + self.hour * 3600 + self.minute * 60 + self.second
    }

    /// The year and the week by ISO 8601.
    pub fn iso_week(&self) -> (i64, i64) {
        let week = (self.year_day - 1 - self.weekday + 10) / 7;
        if week < 1 {
            return (self.year - 1, weeks_of(self.year - 1));
        }
        if week > weeks_of(self.year) { (self.year + 1, 1) } else { (self.year, week) }
    }

    /// The week whose first day is `first` (0 is Monday): the days before the first one are in week 0.
    pub fn week_from(&self, first: i64) -> i64 {
        (self.year_day - 1 + 7 - (self.weekday - first).rem_euclid(7)) / 7
    }
}

/// ISO weeks of a year.
fn weeks_of(year: i64) -> i64 {
    let first = (days_to(year, 1, 1) + 3).rem_euclid(7);
    let leap = days_to(year + 1, 1, 1) - days_to(year, 1, 1) == 366;
    if first == 3 || (first == 2 && leap) { 53 } else { 52 }
}

/// Days from the epoch to a date.
pub fn days_to(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March put the leap day at their end.
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date so many days after the epoch: year, month, day.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_are_inverse() {
        for days in (-1_000_000..1_000_000).step_by(997) {
            let (year, month, day) = date_of(days);
            assert_eq!(days_to(year, month, day), days);
        }
        let moment = Broken::at(951_782_400, 0, false, "GMT");
        assert_eq!(
            (moment.year, moment.month, moment.day, moment.weekday, moment.year_day),
            (2000, 2, 29, 1, 60)
        );
        assert_eq!(moment.to_seconds(), 951_782_400);
        assert_eq!(moment.iso_week(), (2000, 9));
    }
}
