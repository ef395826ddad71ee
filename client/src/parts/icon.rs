//! The symbols of both apps, on a 24 px grid: drawn inline, because the content policy allows no sprite from elsewhere.

use leptos::prelude::*;

/// A symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbol {
    /// Saved on this tablet.
    Saved,
    /// Received by the server.
    Received,
    /// No contact.
    Offline,
    /// In contact.
    Online,
    /// A person must act.
    Attention,
    /// An input is wrong.
    Error,
    /// Plain information.
    Info,
    /// Not asked yet.
    Todo,
    /// Begun.
    Draft,
    /// Registered, agreed.
    Registered,
    /// Declined.
    Declined,
    /// Not in the cell.
    Away,
    /// Returned to the officer.
    Returned,
    /// Verified.
    Verified,
    /// Search.
    Search,
    /// Read a code with the camera.
    Scan,
    /// Add a person.
    Add,
    /// A person.
    Person,
    /// People.
    People,
    /// Back.
    Back,
    /// Onward in a list.
    Next,
    /// Up.
    Up,
    /// Down.
    Down,
    /// Onward.
    Arrow,
    /// Close.
    Close,
    /// Chosen.
    Check,
    /// Exchange now.
    Sync,
    /// Undo.
    Undo,
    /// Not now.
    Clock,
    /// List.
    List,
    /// Overview.
    Chart,
    /// A programme.
    Programme,
    /// Set aside.
    Quarantine,
    /// A tablet.
    Tablet,
    /// A silent tablet.
    Silent,
    /// A code.
    Key,
    /// Two become one.
    Merge,
    /// Two stay two.
    Apart,
    /// Back to the officer.
    Lock,
    /// On paper.
    Print,
    /// One digit less.
    Erase,
}

impl Symbol {
    /// Its outline.
    fn path(self) -> &'static str {
        match self {
            Self::Saved => {
                "M7.25 2.75h9.5a2.25 2.25 0 0 1 2.25 2.25v14a2.25 2.25 0 0 1-2.25 2.25h-9.5a2.25 2.25 0 0 1-2.25-2.25v-14a2.25 2.25 0 0 1 2.25-2.25ZM8.75 12.25l2.4 2.4 4.1-4.65"
            }
            Self::Received => {
                "M5.5 3.75h13a2 2 0 0 1 2 2v2.75a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-2.75a2 2 0 0 1 2-2ZM10.25 20.25H5.5a2 2 0 0 1-2-2V15.5a2 2 0 0 1 2-2h13M7 7.1h.01M7 16.9h.01M13.25 18l2.6 2.6 4.9-5.35"
            }
            Self::Offline => {
                "M12 19h.01M8.4 15.6a5 5 0 0 1 4.4-1.4M4.9 12.1A10 10 0 0 1 9 9.6M14.2 9.5a10 10 0 0 1 4.9 2.6M2 8.5a14.5 14.5 0 0 1 4-2.7M10.6 4.4A14.5 14.5 0 0 1 22 8.5M4.5 4l15 16"
            }
            Self::Online => {
                "M12 19h.01M8.6 15.5a4.9 4.9 0 0 1 6.8 0M5.2 11.9a9.7 9.7 0 0 1 13.6 0M2.2 8.3a14.4 14.4 0 0 1 19.6 0"
            }
            Self::Attention => "M12 4 2.75 19.75h18.5L12 4ZM12 10v4.25M12 17h.01",
            Self::Error => "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0ZM12 7.25v5.5M12 16.4h.01",
            Self::Info => "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0ZM12 11.25v5M12 7.75h.01",
            Self::Todo => "M3.25 12a8.75 8.75 0 1 0 17.5 0a8.75 8.75 0 1 0-17.5 0Z",
            Self::Draft => {
                "M4 20l1-4.25L16.25 4.5a2 2 0 0 1 2.8 0l.45.45a2 2 0 0 1 0 2.8L8.25 19 4 20ZM14.25 6.5l3.25 3.25"
            }
            Self::Registered => "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0ZM8 12.25l2.75 2.75L16 9.5",
            Self::Declined => "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0ZM8 12h8",
            Self::Away => {
                "M13.5 20.25H6a1.5 1.5 0 0 1-1.5-1.5V5.25A1.5 1.5 0 0 1 6 3.75h7.5M10 12h10.5M17 8.25 20.5 12 17 15.75"
            }
            Self::Returned => "M8.5 5.5 4 10l4.5 4.5M4 10h10.5a5.5 5.5 0 0 1 5.5 5.5v3",
            Self::Verified => {
                "M12 3.5 5 6v5.5c0 4.25 2.9 7.5 7 9 4.1-1.5 7-4.75 7-9V6l-7-2.5ZM8.75 11.9l2.4 2.4 4.1-4.65"
            }
            Self::Scan => {
                "M3.75 8V3.75H8M16 3.75h4.25V8M20.25 16v4.25H16M8 20.25H3.75V16M8 8v8M11 8v8M13.5 8v8M16 8v8"
            }
            Self::Search => {
                "M4.25 10.75a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0ZM15.75 15.75l4.75 4.75"
            }
            Self::Add => {
                "M6.25 8a3.75 3.75 0 1 0 7.5 0a3.75 3.75 0 1 0-7.5 0ZM3.25 20c.5-3.75 3-5.75 6.75-5.75 1.3 0 2.5.25 3.5.75M18 14.5v6M15 17.5h6"
            }
            Self::Person => {
                "M8 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0ZM4.5 20.25c.6-4 3.4-6 7.5-6s6.9 2 7.5 6"
            }
            Self::People => {
                "M5.5 8.5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0ZM2.75 19.5c.5-3.5 2.75-5.25 6.25-5.25s5.75 1.75 6.25 5.25M15.75 5.4a3.5 3.5 0 0 1 0 6.2M17.75 14.75c2 .7 3.2 2.3 3.5 4.75"
            }
            Self::Back => "M14.75 5.5 8.25 12l6.5 6.5",
            Self::Next => "M9.25 5.5l6.5 6.5-6.5 6.5",
            Self::Up => "M5.5 14.75l6.5-6.5 6.5 6.5",
            Self::Down => "M5.5 9.25l6.5 6.5 6.5-6.5",
            Self::Arrow => "M4.5 12h15M13.75 6.25 19.5 12l-5.75 5.75",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Check => "M5 12.75l4.5 4.5L19.25 7",
            Self::Sync => {
                "M20 11.5A8 8 0 0 0 5.8 7.1L4 9M4 4.5V9h4.5M4 12.5a8 8 0 0 0 14.2 4.4L20 15M20 19.5V15h-4.5"
            }
            Self::Undo => "M4.5 4.75V10h5.25M4.75 10A8 8 0 1 1 4.5 14.5",
            Self::Clock => "M3 12a9 9 0 1 0 18 0a9 9 0 1 0-18 0ZM12 7v5.25l3.5 2",
            Self::List => "M8.5 6.5h11M8.5 12h11M8.5 17.5h11M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01",
            Self::Chart => "M4 20h16M7 16.5v-5M12 16.5v-10M17 16.5v-7",
            Self::Programme => {
                "M4 8.75h16v10.5H4zM9 8.5V6.25a1.5 1.5 0 0 1 1.5-1.5h3a1.5 1.5 0 0 1 1.5 1.5V8.5M4 13.25h16M12 12.25v2"
            }
            Self::Quarantine => "M4.5 8.25h15v11h-15zM3.25 4.75h17.5v3.5H3.25zM9.75 12h4.5",
            Self::Tablet => {
                "M7.25 2.75h9.5a2.25 2.25 0 0 1 2.25 2.25v14a2.25 2.25 0 0 1-2.25 2.25h-9.5a2.25 2.25 0 0 1-2.25-2.25v-14a2.25 2.25 0 0 1 2.25-2.25ZM11 18h2"
            }
            Self::Silent => {
                "M7.25 2.75h9.5a2.25 2.25 0 0 1 2.25 2.25v14a2.25 2.25 0 0 1-2.25 2.25h-9.5a2.25 2.25 0 0 1-2.25-2.25v-14a2.25 2.25 0 0 1 2.25-2.25ZM10 9.5a2 2 0 1 1 2.9 1.8c-.6.3-.9.75-.9 1.45M12 15.5h.01"
            }
            Self::Key => "M4 15a4 4 0 1 0 8 0a4 4 0 1 0-8 0ZM11 12l8.5-8.5M15.75 7.25l2.75 2.75",
            Self::Merge => "M5 4.5c0 5 7 5 7 10.25v4.75M19 4.5c0 5-7 5-7 10.25",
            Self::Apart => "M12 4.5v3.75M5 19.5c0-6.5 7-5.5 7-11.25 0 5.75 7 4.75 7 11.25",
            Self::Print => {
                "M7 8.5V3.75h10V8.5M7 17.5H5.25a1.75 1.75 0 0 1-1.75-1.75v-5.5A1.75 1.75 0 0 1 5.25 8.5h13.5a1.75 1.75 0 0 1 1.75 1.75v5.5a1.75 1.75 0 0 1-1.75 1.75H17M7 14.25h10v6H7z"
            }
            Self::Erase => {
                "M8.5 5.5h10A1.5 1.5 0 0 1 20 7v10a1.5 1.5 0 0 1-1.5 1.5h-10L3.5 12l5-6.5ZM11 9.75l4.5 4.5M15.5 9.75 11 14.25"
            }
            Self::Lock => {
                "M7 10.75h10a2 2 0 0 1 2 2v5.75a2 2 0 0 1-2 2h-10a2 2 0 0 1-2-2v-5.75a2 2 0 0 1 2-2ZM8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.5v2.25"
            }
        }
    }
}

/// A symbol beside its word; screen readers hear the word only.
#[component]
pub fn Icon(
    /// What to draw.
    symbol: Symbol,
) -> impl IntoView {
    view! {
        <svg class="icon" class:dashed=symbol == Symbol::Todo viewBox="0 0 24 24" aria-hidden="true">
            <path d=symbol.path() />
        </svg>
    }
}
