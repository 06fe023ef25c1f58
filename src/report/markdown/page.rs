//! A page of bounded size: text is added as long as there is room, in order of importance, and what
//! has no room is counted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::text::counted;

/// The most that GitHub takes as a comment.
const LIMIT: usize = 65_536;

/// Room kept for the line that says what was left out.
const NOTE: usize = 600;

/// A page.
pub(super) struct Page {
    text: String,
    /// The title that waits for something below it.
    title: String,
    foot: String,
    room: usize,
    left_out: BTreeMap<&'static str, usize>,
    /// What was left out, in the order in which it was.
    order: Vec<&'static str>,
}

impl Page {
    /// Returns a page with a head and a foot, both short.
    pub(super) fn new(head: &str, foot: &str) -> Self {
        let room = LIMIT.saturating_sub(head.len() + foot.len() + NOTE);
        Self {
            text: head.to_owned(),
            title: String::new(),
            foot: foot.to_owned(),
            room,
            left_out: BTreeMap::new(),
            order: Vec::new(),
        }
    }

    /// Sets the title of what is added next; it is written with the first thing that fits.
    pub(super) fn title(&mut self, title: &str) {
        self.title = format!("\n### {title}\n");
    }

    /// Drops a title that nothing was added below.
    pub(super) fn no_title(&mut self) {
        self.title.clear();
    }

    /// Adds a list between an opening and a closing, which belong together: both or none. Returns
    /// how many items had room; those that had none are counted under a name.
    pub(super) fn list(&mut self, open: &str, items: &[String], close: &str, what: &'static str) -> usize {
        let frame = self.title.len() + open.len() + close.len();
        let first = items.first().map_or(0, String::len);
        if frame + first > self.room {
            self.leave_out(what, items.len());
            return 0;
        }
        self.text.push_str(&std::mem::take(&mut self.title));
        self.text.push_str(open);
        self.room -= frame;
        let mut shown = 0;
        for item in items {
            if item.len() > self.room {
                break;
            }
            self.text.push_str(item);
            self.room -= item.len();
            shown += 1;
        }
        self.text.push_str(close);
        self.leave_out(what, items.len() - shown);
        shown
    }

    fn leave_out(&mut self, what: &'static str, number: usize) {
        if number > 0 {
            if !self.left_out.contains_key(what) {
                self.order.push(what);
            }
            *self.left_out.entry(what).or_default() += number;
        }
    }

    /// Returns the text, with what was left out told at its end.
    pub(super) fn finish(mut self) -> String {
        if !self.order.is_empty() {
            let parts: Vec<String> = self
                .order
                .iter()
                .filter_map(|what| self.left_out.get(what).map(|&number| counted(number, what, what)))
                .collect();
            let _ = write!(
                self.text,
                "\n> ✂️ **Left out**, because a comment has no more room: {}. The json report lists all.\n",
                parts.join(", ")
            );
        }
        self.text.push_str(&self.foot);
        self.text
    }
}
