//! The year of issue by what a form says of it in its number or its code.

use invoice::details::Details;
use invoice::kind::Kind;

use super::{change, note, optical};
use crate::forms::stamped;
use crate::found::Check;

/// The number of a 数电票 begins with the year of its issue: it settles a year of the date with one digit misread.
pub(super) fn year(details: &mut Details, done: &mut Vec<Check>) {
    let Some(number) = invoice::number::digital(details.text("number")) else { return };
    let Some(field) = optical(details, "date") else { return };
    let Some((printed, rest)) = field.value.split_once('年') else { return };
    let right = number.year.to_string();
    let wrong = printed.chars().zip(right.chars()).filter(|(a, b)| a != b).count();
    if printed.len() == right.len() && wrong == 1 {
        let date = format!("{right}年{rest}");
        if invoice::date::parse(&date).is_some() {
            change(details, "date", &date, "the year in the number", done);
        }
    }
}

/// The code of a form tells the year in which it was printed: it settles a year of issue outside of those in which such a form is used up. A day that
/// the dots of a meter leave unsettled is none; elsewhere the code may be what was misread.
pub(super) fn printed_year(details: &mut Details, kind: Kind, done: &mut Vec<Check>) {
    let Some(code) = invoice::number::code(details.text("code")) else { return };
    let Some(read) = optical(details, "date").map(|field| field.value.clone()) else { return };
    match stamped::settled_day(&read, code.year) {
        Some(right) if right != read && invoice::date::parse(&right).is_some() => {
            change(details, "date", &right, "the year in the code", done);
        }
        None if kind == Kind::Taxi => {
            done.push(note("date", &read, "nothing", "the year in the code"));
            details.remove("date");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::repair;
    use super::super::tests::details;
    use super::*;

    #[test]
    fn code_and_number_settle_one_digit_of_the_year() {
        let (digital, paper, taxi) = (Kind::DigitalOrdinary, Kind::VatOrdinary, Kind::Taxi);
        let cases = [
            (digital, "number", "23997694134189847167", "2028年02月24日", "2023年02月24日"),
            (digital, "number", "23997694134189847167", "2023年02月24日", "2023年02月24日"),
            // two digits are no misreading
            (digital, "number", "23997694134189847167", "2018年02月24日", "2018年02月24日"),
            // there was no such day
            (digital, "number", "23997694134189847167", "2024年02月29日", "2024年02月29日"),
            (digital, "number", "79262007", "2012年06月20日", "2012年06月20日"),
            (paper, "code", "9900171320", "2012年06月20日", "2017年06月20日"),
            (paper, "code", "9900171320", "2018年06月20日", "2018年06月20日"),
            // of 2016 and of 2018 it may be
            (paper, "code", "9900151320", "2010年06月20日", "2010年06月20日"),
            // nothing that print confuses leads there
            (paper, "code", "9900171320", "2001年06月20日", "2001年06月20日"),
            (paper, "code", "", "2012年06月20日", "2012年06月20日"),
            (taxi, "code", "199001710002", "2012年06月20日", "2017年06月20日"),
            (taxi, "code", "199001710002", "2001年06月20日", ""),
        ];
        for (kind, key, identity, date, expected) in cases {
            let mut read = details(&[(key, identity), ("date", date)]);
            let done = repair(&mut read, kind);
            assert_eq!(read.text("date"), expected, "{identity} {date}");
            assert_eq!(done.len(), usize::from(date != expected), "{identity} {date}");
        }
    }
}
