//! Annex stale: no accepted change for longer than set; said as the missing annex is.

use super::Notice;
use super::missing::silent_annex;
use super::scene::{Candidate, Scene, Silence};

/// The notice.
pub(crate) static NOTICE: Notice = Notice {
    name: "stale",
    find,
};

fn find(scene: &Scene<'_>, out: &mut Vec<Candidate>) {
    silent_annex(scene, out, Silence::Stale);
}
