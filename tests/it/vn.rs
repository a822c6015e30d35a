//! Vietnamese text, numbers, days and statuses as people write them.

mod examined;
mod periods;

use annexd::domain::grid::{Legacy, Shown, Value};
use annexd::domain::status::{Status, TypedClass};
use annexd::vn::{DayText, Words, clean, confusable, fold, legacy};

fn words() -> &'static Words {
    Words::embedded()
}

/// Reads the CSV files of the cases: quotes, doubled quotes, line breaks inside.
pub fn csv(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                row.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\r' if !quoted => {}
            '\n' if !quoted => rows.push(vec![String::new()]),
            _ => row.last_mut().unwrap().push(c),
        }
    }
    rows.retain(|r| r.len() > 1);
    rows.remove(0);
    rows
}

#[test]
fn every_known_status_is_understood() {
    let mut wrong = Vec::new();
    for row in csv(include_str!("../cases/vn/statuses.csv")) {
        let (text, code) = (row[0].as_str(), row[1].as_str());
        let want: Option<(&[Status], Option<TypedClass>)> = match code {
            "NOT_STARTED" => Some((&[Status::NotStarted], None)),
            "IN_PROGRESS" | "BLOCKED" | "OPEN" => Some((&[Status::InProgress], None)),
            "OPEN_LATE" => Some((
                &[Status::InProgress, Status::NotStarted],
                Some(TypedClass::OpenLate),
            )),
            "OPEN_IN_TIME" => Some((&[Status::InProgress], Some(TypedClass::OpenInTime))),
            "OPEN_NO_DUE" => Some((&[Status::InProgress, Status::Ongoing], None)),
            "NOT_DUE" => Some((&[Status::NotStarted], Some(TypedClass::NotDue))),
            "DONE" => Some((&[Status::Completed], None)),
            "DONE_EARLY" => Some((&[Status::Completed], Some(TypedClass::DoneEarly))),
            "DONE_ON_TIME" => Some((&[Status::Completed], Some(TypedClass::DoneOnTime))),
            "DONE_LATE" => Some((&[Status::Completed], Some(TypedClass::DoneLate))),
            "DONE_NO_DUE" => Some((&[Status::Completed], Some(TypedClass::NoDue))),
            "WAITING" | "CONDITIONAL" => Some((&[Status::Waiting], None)),
            "SUSPENDED" => Some((&[Status::Suspended], None)),
            "ADJUSTED" => Some((&[Status::Adjustment], None)),
            "CANNOT_DO" => Some((&[Status::CannotDo], None)),
            "CANCELLED" => Some((&[Status::Cancelled], None)),
            _ => None,
        };
        let got = words().status(text);
        let right = match (&want, &got) {
            (None, None) => true,
            (Some((statuses, claims)), Some(word)) => {
                statuses.contains(&word.status) && (claims.is_none() || *claims == word.claims)
            }
            _ => false,
        };
        if !right {
            wrong.push(format!("{text:?}: {code}, read as {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_longer_status_is_read_only_where_it_is_certain() {
    let cases: &[(&str, Option<Status>)] = &[
        ("Đã hoàn thành ngày 5/6", Some(Status::Completed)),
        ("Đã hoàn thành ngày 05/6/2026", Some(Status::Completed)),
        ("Hoàn thành 100%", Some(Status::Completed)),
        ("Hoàn thành 80%", Some(Status::InProgress)),
        ("Đã hoàn thành (100 %)", Some(Status::Completed)),
        ("ĐÃ HOÀN THÀNH", Some(Status::Completed)),
        ("da hoan thanh", Some(Status::Completed)),
        ("Hoàn thanh", Some(Status::Completed)),
        ("Hòan thành", Some(Status::Completed)),
        ("Đã hoàn thành.", Some(Status::Completed)),
        ("Đã hoàn thành theo Kế hoạch", Some(Status::Completed)),
        ("Hoàn thành tháng 6/2026", Some(Status::Completed)),
        (
            "Hoàn thành (Quyết định số 12/QĐ-BQL)",
            Some(Status::Completed),
        ),
        ("Đang triển khai thực hiện", Some(Status::InProgress)),
        ("Đang xây dựng dự thảo quyết định", Some(Status::InProgress)),
        ("Đang lấy ý kiến các đơn vị", Some(Status::InProgress)),
        ("50%", Some(Status::InProgress)),
        ("100 %", Some(Status::Completed)),
        ("0%", Some(Status::NotStarted)),
        (
            "Chưa hoàn thành do thiếu kinh phí",
            Some(Status::InProgress),
        ),
        (
            "Chưa thực hiện do chưa có kinh phí",
            Some(Status::NotStarted),
        ),
        ("Chưa hòan thành", Some(Status::InProgress)),
        ("chua hoan thanh", Some(Status::InProgress)),
        ("Không hoàn thành", Some(Status::CannotDo)),
        ("Chưa đã hoàn thành", None),
        ("Đã hoàn thành nhưng chưa ban hành", None),
        ("Hoàn thành dự thảo, đang trình ký", None),
        ("Sẽ hoàn thành", None),
        ("Dự kiến hoàn thành quý III", None),
        ("hoàn thành một phần", Some(Status::InProgress)),
        ("x", None),
        ("", None),
        ("ok", None),
        ("Đang thực hiện, đã hoàn thành 100%", None),
        ("Đang hòan thiện", Some(Status::InProgress)),
        ("Đang thưc hiện", Some(Status::InProgress)),
        ("Hoàn thnàh", Some(Status::Completed)),
        ("Chuyển sang năm 2028", Some(Status::Adjustment)),
        ("Tạm dừng do vướng mặt bằng", Some(Status::Suspended)),
        ("Đang chờ ý kiến Sở Nội vụ", Some(Status::Waiting)),
    ];
    let mut wrong = Vec::new();
    for (text, want) in cases {
        let got = words().status(text).map(|w| w.status);
        if got != *want {
            wrong.push(format!("{text:?}: wanted {want:?}, read as {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn equal_texts_have_equal_keys() {
    for (a, b) in [
        ("hòa", "hoà"),
        ("Thủy", "thuỷ"),
        ("Qúy II", "QUÝ  II"),
        ("quí", "quý"),
        ("số hoá", "số hóa"),
        ("kỹ", "kĩ"),
        ("Ủy ban", "Uỷ ban"),
        ("Quý\u{a0}II\n2026", "quý ii 2026"),
        ("2026 – 2030", "2026 - 2030"),
        ("Hằng\u{200b} năm", "H\u{61}\u{306}\u{300}ng năm"),
    ] {
        assert_eq!(fold::key(a), fold::key(b), "{a:?} and {b:?}");
    }
    assert_ne!(fold::key("chưa"), fold::key("chua"));
    assert_eq!(fold::bare("Đường Ủy ban"), "duong uy ban");
}

#[test]
fn numbers_follow_vietnamese_rules() {
    for (text, want) in [
        ("1.250", Some(1250.0)),
        ("2.723", Some(2723.0)),
        ("3,56", Some(3.56)),
        ("80,5", Some(80.5)),
        ("80.5", Some(80.5)),
        ("1.250.000", Some(1_250_000.0)),
        ("1.250,75", Some(1250.75)),
        ("1,250.75", Some(1250.75)),
        ("1 250", Some(1250.0)),
        ("0.125", Some(0.125)),
        ("-5", Some(-5.0)),
        ("12", Some(12.0)),
        ("2.723 nhiệm vụ", Some(2723.0)),
        ("12a", None),
        ("khoảng 80", None),
        ("> 90", None),
        ("", None),
        ("1.2.3", None),
        ("1..2", None),
        ("1,2,3", None),
        ("-", None),
    ] {
        assert_eq!(words().number(text), want, "{text:?}");
    }
}

#[test]
fn percentages_follow_format_sign_and_scale() {
    let text = |t: &str| words().percent(&Value::Text(t.to_owned()), Shown::Plain);
    assert_eq!(text("80%").value, Some(80.0));
    assert!(text("80%").text_number);
    assert_eq!(text("80,5 %").value, Some(80.5));
    assert_eq!(text("khoảng 80%").value, None);
    assert_eq!(text("> 90%").value, None);
    assert!(text("-").blank);
    assert!(text("0,8").scale_unclear);
    assert!(!text("0,8%").scale_unclear);
    let number = |n, shown| words().percent(&Value::Number(n), shown);
    assert_eq!(number(0.8, Shown::Percent).value, Some(80.0));
    assert_eq!(number(0.285, Shown::Percent).value, Some(28.5));
    assert_eq!(number(1.0, Shown::Percent).value, Some(100.0));
    assert!(!number(1.0, Shown::Percent).scale_unclear);
    assert!(number(1.0, Shown::Plain).scale_unclear);
    assert_eq!(number(80.0, Shown::Plain).value, Some(80.0));
    assert_eq!(number(46203.0, Shown::Day).value, None);
}

#[test]
fn days_of_date_columns() {
    let day = |y, m, d| DayText::Day(jiff::civil::date(y, m, d));
    for (text, want) in [
        ("5/6/2026", day(2026, 6, 5)),
        ("05-06-2026", day(2026, 6, 5)),
        ("5.6.26", day(2026, 6, 5)),
        ("ngày 5 tháng 6 năm 2026", day(2026, 6, 5)),
        ("Ngày 05/6/2026", day(2026, 6, 5)),
        ("2026-06-05", day(2026, 6, 5)),
        ("2026-06-05T00:00:00", day(2026, 6, 5)),
        ("05/06/2026 17:00", day(2026, 6, 5)),
        ("17h00 ngày 5/6/2026", day(2026, 6, 5)),
        (
            "12/31/2026",
            DayText::MonthDayYear(jiff::civil::date(2026, 12, 31)),
        ),
        ("31/6/2026", DayText::Invalid),
        ("30/2/2027", DayText::Invalid),
        ("5/6", DayText::NotADay),
        ("đã xong", DayText::NotADay),
        ("tháng 6/2026", DayText::NotADay),
        ("1.250", DayText::NotADay),
    ] {
        assert_eq!(words().day(text), want, "{text:?}");
    }
}

#[test]
fn old_encodings_are_told_and_decoded() {
    for (text, encoding, want) in [
        ("H»ng n¨m", Legacy::Tcvn3, "Hằng năm"),
        ("Th\u{ad}êng xuyªn", Legacy::Tcvn3, "Thường xuyên"),
        ("Thöôøng xuyeân", Legacy::Vni, "Thường xuyên"),
        ("THÖÔØNG XUYEÂN", Legacy::Vni, "THƯỜNG XUYÊN"),
        ("N¨m 2026", Legacy::Tcvn3, "Năm 2026"),
    ] {
        assert_eq!(legacy::detect(text, Legacy::No), encoding, "{text:?}");
        assert_eq!(legacy::decode(text, encoding), want);
    }
    for text in [
        "Thường xuyên",
        "Hằng năm",
        "25°C",
        "§5",
        "±",
        "µ",
        "5 µm",
        "5×7",
        "café",
        "résumé",
        "m²",
        "Quý II/2026",
        "trình cơ quan",
        "và",
        "báo cáo",
        "công tác cán bộ",
        "Ban hành",
        "¶",
        "· mục",
        "Windows®",
        "© 2026",
        "½",
        "Ñandú",
        "là",
        "Ý",
        "thì là",
        "đề án",
        "Sài Gòn",
        "« Hà Nội »",
        "à",
        "Trung tâm dịch vụ",
        "ca ngày",
        "HÀ NỘI",
        "TÊN CÔNG TRÌNH",
    ] {
        assert_eq!(legacy::detect(text, Legacy::No), Legacy::No, "{text:?}");
    }
}

#[test]
fn look_alikes_are_mended_and_told() {
    for (text, want) in [
        ("Quý І\u{49}/2026", "Quý II/2026"),
        ("Quý lI/2026", "Quý II/2026"),
        ("Quý ll/2026", "Quý II/2026"),
        ("3O/6/2026", "30/6/2026"),
        ("2O26", "2026"),
        ("Ðã xong", "Đã xong"),
    ] {
        assert_eq!(confusable::mend(text), (want.to_owned(), true), "{text:?}");
    }
    for text in [
        "Quý II/2026",
        "Hoàn thành",
        "100l",
        "O2",
        "CO2",
        "lớp 1",
        "all",
        "Il est",
        "Москва",
        "α",
        "Đ",
    ] {
        let mended = confusable::mend(text);
        assert!(
            !mended.1 || text == "Il est",
            "{text:?} became {:?}",
            mended.0
        );
    }
}

#[test]
fn cleaning_tells_what_it_changed() {
    assert_eq!(clean("  a  b ").text, "a b");
    assert!(!clean("  a  b ").unclean);
    assert!(clean("a\u{a0}b").unclean);
    assert_eq!(clean("a\u{a0}b").text, "a b");
    assert!(clean("a\u{200b}b").unclean);
    assert!(clean("a\u{7}b").unclean);
    assert_eq!(clean("a\u{ad}b").text, "ab");
    assert!(clean("Th\u{ad}êng xuyªn").text.contains('\u{ad}'));
    assert_eq!(clean("dòng 1\r\n dòng 2").text, "dòng 1\ndòng 2");
    assert!(clean(&"a".repeat(40_000)).unclean);
    assert_eq!(clean("H\u{61}\u{306}\u{300}ng").text, "Hằng");
}

#[test]
fn small_words() {
    let w = words();
    for text in ["nt", "n.t", "nt.", "như trên", "\"", "Như trên", "NT"] {
        assert!(w.is_ditto(text), "{text:?}");
    }
    for text in ["-", "–", "", " ", "—"] {
        assert!(w.is_blank(text), "{text:?}");
    }
    for text in ["Không", "0", "a"] {
        assert!(!w.is_blank(text), "{text:?}");
    }
    assert_eq!(w.mark("x"), Some(true));
    assert_eq!(w.mark("Có"), Some(true));
    assert_eq!(w.mark("✓"), Some(true));
    assert_eq!(w.mark("Không"), Some(false));
    assert_eq!(w.mark("lúc"), None);
    for text in ["Mật", "TỐI MẬT", "tuyệt mật", " Mật ", "(Mật)"] {
        assert!(w.secret(text), "{text:?}");
    }
    for text in ["Mặt", "mat", "Bảo mật", "Mật độ", "Hồ sơ mật"] {
        assert!(!w.secret(text), "{text:?}");
    }
    assert_eq!(w.years("Kế hoạch năm 2026"), vec![2026]);
    assert_eq!(w.years("giai đoạn 2026-2030"), vec![2026, 2030]);
    assert_eq!(w.years("Biểu 1234 và 20267"), Vec::<i16>::new());
}

#[test]
fn a_target_judged_by_document_is_reached_in_words_or_by_a_mark() {
    for (text, wanted) in [
        ("Đạt", Some(true)),
        ("ĐÃ ĐẠT", Some(true)),
        ("x", Some(true)),
        ("Chưa đạt", Some(false)),
        ("không đạt", Some(false)),
        ("chưa", Some(false)),
        ("", None),
        ("Đang chờ ý kiến của Sở", None),
    ] {
        assert_eq!(words().says_reached(text), wanted, "{text}");
    }
}
