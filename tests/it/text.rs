#[test]
fn a_cut_text_ends_with_a_whole_word() {
    use annexd::text::shorten;
    assert_eq!(shorten("Xây dựng  đề án", 40), "Xây dựng đề án");
    assert_eq!(shorten("Xây dựng đề án số hóa", 18), "Xây dựng đề án số…");
    assert_eq!(shorten("Xây dựng đề án số hóa", 17), "Xây dựng đề án…");
    // A text without blanks is cut where it must be.
    assert_eq!(shorten("abcdefghijklmnopqrstuvwxyz", 10), "abcdefghi…");
    for max in 2..40 {
        let cut = shorten("Rà soát, hoàn thiện quy trình nội bộ; số hóa hồ sơ", max);
        assert!(cut.chars().count() <= max, "{max}: {cut}");
    }
}

#[test]
fn a_printed_rate_shows_its_rounding() {
    use annexd::text::percent;
    assert_eq!(percent(20.0, 2), "20,00%");
    assert_eq!(percent(13.04, 2), "13,04%");
    assert_eq!(percent(-4.5, 1), "-4,5%");
    assert_eq!(percent(100.0, 0), "100%");
    assert_eq!(percent(1234.5, 1), "1.234,5%");
}
