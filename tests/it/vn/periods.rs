//! Periods, years of titles, and every letter of the old encodings.

use super::*;

#[test]
fn periods_in_words_and_in_short() {
    for (text, want) in [
        ("2026-Q1", "2026-Q1"),
        ("2026-6T", "2026-6T"),
        ("2026-9T", "2026-9T"),
        ("2026-N", "2026-N"),
        ("2026-09", "2026-09"),
        ("2026-6t", "2026-6T"),
        ("Q1/2026", "2026-Q1"),
        ("6T/2026", "2026-6T"),
        ("6T 2026", "2026-6T"),
        ("Quý I/2026", "2026-Q1"),
        ("quý 3 năm 2026", "2026-Q3"),
        ("QUÝ IV NĂM 2026", "2026-Q4"),
        ("6 tháng đầu năm 2026", "2026-6T"),
        ("06 tháng đầu năm 2026", "2026-6T"),
        ("6 tháng năm 2026", "2026-6T"),
        ("6 tháng cuối năm 2026", "2026-6T2"),
        ("9 tháng đầu năm 2026", "2026-9T"),
        ("9 tháng/2026", "2026-9T"),
        ("Năm 2026", "2026-N"),
        ("2026", "2026-N"),
        ("Cả năm 2026", "2026-N"),
        ("Tháng 9/2026", "2026-09"),
        ("9/2026", "2026-09"),
        ("tháng 9 năm 2026", "2026-09"),
        ("Kỳ báo cáo: Quý I/2026", "2026-Q1"),
        ("Báo cáo 6 tháng đầu năm 2026", "2026-6T"),
        ("quy I/2026", "2026-Q1"),
    ] {
        assert_eq!(
            words().period(text).map(|p| p.to_string()).as_deref(),
            Some(want),
            "{text:?}"
        );
    }
    for text in [
        "",
        "Quý I",
        "6 tháng",
        "abc",
        "Quý V/2026",
        "Tháng 13/2026",
        "hằng quý",
        "2026-2030",
        "Quý I, II/2026",
        "30/6/2026",
        "trước Quý I/2026",
        "1",
    ] {
        assert_eq!(words().period(text), None, "{text:?}");
    }
}

#[test]
fn years_of_titles_are_not_those_of_documents() {
    for (title, want) in [
        ("BIỂU NHIỆM VỤ NĂM 2026", vec![2026]),
        (
            "Kế hoạch năm 2027 (Kèm theo Kế hoạch số 15/KH-BQL ngày 24/12/2026)",
            vec![2027],
        ),
        (
            "Nhiệm vụ (Kèm theo Kế hoạch số      /KH-BQL ngày    tháng   năm 2026 của Ban)",
            vec![],
        ),
        ("Nhiệm vụ năm 2026 ngày 24 tháng 4 năm 2025", vec![2026]),
        ("Kế hoạch giai đoạn 2026 - 2030", vec![2026, 2030]),
        (
            "Quyết định số 2025/QĐ-UBND, nhiệm vụ Quý II/2026",
            vec![2026],
        ),
        ("Tháng 4/2026", vec![2026]),
    ] {
        assert_eq!(words().years(title), want, "{title:?}");
    }
}

#[test]
fn every_old_letter_comes_back() {
    let texts = [
        "Thường xuyên",
        "Hằng năm",
        "Trước ngày 30 tháng 6 năm 2026",
        "Đã hoàn thành đúng hạn",
        "Đến hết quý III năm 2026",
        "Giai đoạn 2026-2030",
        "Khi có yêu cầu",
        "Cải cách hành chính",
        "Nguyễn Thị Thuỷ",
        "Quỹ, kỹ thuật, ý kiến, ỷ lại",
        "Bưởi, bữa, sẽ, nghiễm, nhẵn, ngẫu, ẵm",
    ];
    let table: Vec<(char, &str)> = include_str!("../../cases/vn/tcvn3_map.csv")
        .lines()
        .skip(1)
        .filter_map(|l| {
            let mut parts = l.split(',');
            let code = u32::from_str_radix(parts.next()?.strip_prefix("U+")?, 16).ok()?;
            Some((char::from_u32(code)?, parts.nth(1)?))
        })
        .collect();
    for text in texts {
        let old: String = fold::nfc(text)
            .chars()
            .map(|c| {
                table
                    .iter()
                    .find(|(_, l)| l.starts_with(c))
                    .map_or(c, |(o, _)| *o)
            })
            .collect();
        assert_eq!(legacy::decode(&old, Legacy::Tcvn3), text);
        assert_eq!(
            legacy::detect(&old, Legacy::Tcvn3),
            Legacy::Tcvn3,
            "{old:?}"
        );
    }
    assert_eq!(
        legacy::decode("h\u{bb}ng n\u{a8}m", Legacy::Tcvn3Upper),
        "HẰNG NĂM"
    );
    // A Unicode text in a font of the old name stays what it is.
    assert_eq!(legacy::detect("Thường xuyên", Legacy::Tcvn3), Legacy::No);
    assert_eq!(legacy::detect("2026", Legacy::Tcvn3), Legacy::No);
    for (old, text) in [
        (
            "Tröôùc ngaøy 30 thaùng 6 naêm 2026",
            "Trước ngày 30 tháng 6 năm 2026",
        ),
        ("Ñaõ hoaøn thaønh", "Đã hoàn thành"),
        ("Quyeát ñònh", "Quyết định"),
        ("KEÁ HOAÏCH", "KẾ HOẠCH"),
        ("xaây döïng, trình kyù", "xây dựng, trình ký"),
        ("tyû leä, nghæ leã", "tỷ lệ, nghỉ lễ"),
        ("cuûa Sôû Noäi vuï", "của Sở Nội vụ"),
    ] {
        assert_eq!(legacy::detect(old, Legacy::No), Legacy::Vni, "{old:?}");
        assert_eq!(legacy::decode(old, Legacy::Vni), text);
    }
}
