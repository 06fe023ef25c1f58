//! The workflows in the docs and the action.
