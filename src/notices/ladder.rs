//! Steps of the ladders, in working days from the effective due day.

use crate::domain::notice::SendReason;

/// The step of the due-soon ladder reached with so many working days left: the latest one only.
pub(crate) fn due_soon_step(days: &[u32], left: i64) -> Option<u32> {
    days.iter().copied().filter(|s| left <= i64::from(*s)).min()
}

/// The step of the overdue ladder reached after so many working days, repeats counted on: the latest one only.
pub(crate) fn overdue_step(days: &[u32], repeat: u32, late: i64) -> Option<u32> {
    let late = u32::try_from(late).ok()?;
    let last = days.iter().copied().max().unwrap_or(0);
    if late > last && repeat > 0 {
        let step = last + (late - last) / repeat * repeat;
        return (step > 0).then_some(step);
    }
    days.iter().copied().filter(|s| *s <= late).max()
}

/// Whether a step lies beyond the ladder: a repeat.
pub(crate) fn is_repeat(days: &[u32], step: u32) -> bool {
    days.iter().all(|s| step > *s)
}

/// Weight of a reason among the items about one task; zero: always printed.
pub(crate) const fn rank(reason: SendReason) -> u8 {
    match reason {
        SendReason::EscalatedToLeader => 5,
        SendReason::EscalatedToHead => 4,
        SendReason::EscalatedToOffice => 3,
        SendReason::Overdue | SendReason::Repeat => 2,
        SendReason::DueSoon => 1,
        _ => 0,
    }
}
