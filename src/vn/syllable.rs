//! Whether a word could be a Vietnamese syllable: what tells an old font encoding from honest Latin letters.

use std::collections::HashSet;

use super::fold;

/// Onsets and rimes of the written language, without tones.
#[derive(Debug, Default)]
pub(crate) struct Syllables {
    /// Consonants a syllable may start with; the empty one is always allowed.
    pub onsets: HashSet<String>,
    /// Vowels with their closing consonants.
    pub rimes: HashSet<String>,
}

impl Syllables {
    /// Whether a word is built like a syllable; case does not matter.
    pub fn holds(&self, word: &str) -> bool {
        let mut plain = String::with_capacity(word.len());
        let mut tones = 0;
        for c in word.chars().flat_map(char::to_lowercase) {
            let letter = fold::letter(c);
            tones += usize::from(letter.tone > 0);
            plain.push(letter.plain);
        }
        if tones > 1 || plain.is_empty() {
            return false;
        }
        let mut cuts = plain.char_indices().map(|(at, _)| at).take(4);
        cuts.any(|at| {
            let (onset, rime) = plain.split_at(at);
            self.rimes.contains(rime) && (onset.is_empty() || self.onsets.contains(onset))
        })
    }
}
