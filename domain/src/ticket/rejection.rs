//! Why a wish for a ticket was not granted.

use crate::aggregate::Rejection;

/// Why not. The codes are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TicketRejection {
    /// Opened twice under one id.
    #[error("this ticket was opened already")]
    AlreadyOpened,
    /// There is none.
    #[error("there is no such ticket")]
    NotFound,
    /// It stands still until it is restored.
    #[error("this ticket is deleted: restore it first")]
    Deleted,
    /// An agent's word on a closed ticket.
    #[error("this ticket is closed: reopen it first")]
    Closed,
    /// Reopening what is not over.
    #[error("only a resolved or a closed ticket can be reopened")]
    NotOver,
    /// Work for one who left.
    #[error("this agent is deactivated and cannot get tickets")]
    AgentInactive,
    /// Rated before there was a result.
    #[error("only a resolved or a closed ticket can be rated")]
    NotRatable,
    /// Out of the scale.
    #[error("expected a score from 1 to 5")]
    ScoreOutOfRange,
    /// More labels than one ticket can hold.
    #[error("a ticket holds at most 50 tags")]
    TooManyTags,
    /// More files than one message can have.
    #[error("a message has at most 20 files: send several messages")]
    TooManyFiles,
    /// Files without a word.
    #[error("files come with a message: send body, too")]
    FilesWithoutBody,
    /// One file several times.
    #[error("expected each file once")]
    FileTwice,
    /// Another text for one that nobody can read any more.
    #[error(
        "nobody can read any more what this message said: its customer was erased, or it was redacted; write a new one"
    )]
    MessageUnreadable,
}

impl Rejection for TicketRejection {
    fn code(&self) -> &'static str {
        match self {
            Self::AlreadyOpened => "ticket_already_opened",
            Self::NotFound => "ticket_not_found",
            Self::Deleted => "ticket_deleted",
            Self::Closed => "ticket_closed",
            Self::NotOver => "ticket_not_over",
            Self::AgentInactive => "agent_inactive",
            Self::NotRatable => "ticket_not_ratable",
            Self::ScoreOutOfRange => "score_out_of_range",
            Self::TooManyTags => "too_many_tags",
            Self::TooManyFiles => "too_many_files",
            Self::FilesWithoutBody => "required",
            Self::FileTwice => "invalid_value",
            Self::MessageUnreadable => "message_unreadable",
        }
    }

    fn pointer(&self) -> Option<&'static str> {
        match self {
            Self::AgentInactive => Some("/assignee_id"),
            Self::ScoreOutOfRange => Some("/score"),
            Self::TooManyTags => Some("/tags"),
            Self::TooManyFiles | Self::FileTwice => Some("/attachments"),
            Self::FilesWithoutBody => Some("/body"),
            Self::AlreadyOpened
            | Self::NotFound
            | Self::Deleted
            | Self::Closed
            | Self::NotOver
            | Self::NotRatable
            | Self::MessageUnreadable => None,
        }
    }
}
