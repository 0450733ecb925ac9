//! Dates and times of ISO 8601 from texts, to seconds and back.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

use crate::notation::spelling::plain;

/// A date, or a date with a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moment {
    /// Since 1970-01-01T00:00.
    pub(super) seconds: f64,
    /// There is a time of day.
    pub(super) has_time: bool,
}

/// The date that a text spells, or the reason why it is none.
pub(super) fn parse(text: &str) -> Result<Moment, &'static str> {
    const NONE: &str = "it is no date of the form YYYY-MM-DD or YYYY-MM-DD HH:MM:SS";
    let plain = plain(text);
    let text = plain.trim();
    let (day, time) = match text.split_once(['T', 't', ' ']) {
        Some((day, time)) => (day, Some(time.trim())),
        None => (text, None),
    };
    let form = match shape(day).as_str() {
        "9999-99-99" | "9999-99" => "%Y-%m-%d",
        "9999/99/99" => "%Y/%m/%d",
        "99999999" => "%Y%m%d",
        _ => return Err(NONE),
    };
    let first = if day.len() == 7 { "-01" } else { "" };
    let date = NaiveDate::parse_from_str(&format!("{day}{first}"), form);
    let date = date.map_err(|_| "there is no such day")?;
    let Some(time) = time else {
        let seconds = seconds(date.and_time(NaiveTime::MIN));
        return Ok(Moment {
            seconds,
            has_time: false,
        });
    };
    if time.ends_with(char::is_alphabetic) || time.contains(['+', '-']) {
        return Err("it has a time zone: write all times in one zone, without naming it");
    }
    let time = time.replace(',', ".");
    let forms = ["%H:%M:%S%.f", "%H:%M"].into_iter();
    let mut times = forms.filter_map(|form| NaiveTime::parse_from_str(&time, form).ok());
    let time = times.next().ok_or("there is no such time of day")?;
    Ok(Moment {
        seconds: seconds(date.and_time(time)),
        has_time: true,
    })
}

/// Test of a text that is meant as a date or a time of day, in whatever order or notation.
pub(super) fn is_moment(text: &str) -> bool {
    let plain = plain(text);
    let text = plain.trim();
    let (day, _) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let form = shape(day);
    let parts = |mark| {
        let widths: Vec<usize> = form.split(mark).map(str::len).collect();
        let digits = form.chars().all(|c| c == '9' || c == mark);
        digits
            && matches!(
                widths[..],
                [1 | 2, 1 | 2, 4] | [4, 1 | 2, 1 | 2] | [2, 2, 2]
            )
    };
    let clock = ["9:99", "99:99", "9:99:99", "99:99:99"].contains(&form.as_str());
    clock || parts('-') || parts('/') || parts('.') || (form == "9999-99" && parse(text).is_ok())
}

/// The text with a 9 for each digit.
fn shape(text: &str) -> String {
    let nine = |c: char| if c.is_ascii_digit() { '9' } else { c };
    text.chars().map(nine).collect()
}

fn seconds(at: NaiveDateTime) -> f64 {
    let at = at.and_utc();
    at.timestamp() as f64 + f64::from(at.timestamp_subsec_nanos()) * 1e-9
}

/// The date of a number of seconds since 1970.
#[allow(clippy::cast_possible_truncation)] // made from a date by `seconds`
pub(super) fn date_time(seconds: f64) -> NaiveDateTime {
    let micros = (seconds * 1e6).round() as i64;
    DateTime::from_timestamp_micros(micros)
        .unwrap_or_default()
        .naive_utc()
}
