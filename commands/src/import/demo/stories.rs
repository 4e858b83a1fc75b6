//! What customers of an analytics service write about, and what they are answered.

use domain::ticket::Priority;

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// The one who asks.
    Customer,
    /// The one who helps.
    Agent,
    /// The one who helps, to their colleagues.
    Note,
}

/// A problem and how it is solved.
#[derive(Debug)]
pub(super) struct Story {
    pub titles: &'static [&'static str],
    pub kind: &'static str,
    pub tags: &'static str,
    pub priority: Priority,
    pub opening: &'static str,
    pub talk: &'static [(Turn, &'static str)],
}

use Turn::{Agent, Customer, Note};

pub(super) const STORIES: &[Story] = &[
    Story {
        titles: &[
            "Dashboard is empty since this morning",
            "No data on our main dashboard",
            "All charts show \"No data\"",
        ],
        kind: "incident",
        tags: "dashboards,data-gap",
        priority: Priority::High,
        opening: "Hello,\n\nsince this morning every chart on our main dashboard says \"No data\". Yesterday everything was fine and nobody changed anything on our side. We need the numbers for the management meeting.\n\n{customer}, {company}",
        talk: &[
            (
                Agent,
                "Hello {customer},\n\nthank you for telling us. Your import did run last night, but the dashboard is filtered on a data source that was renamed. Could you check whether somebody renamed \"Sales (EU)\"?\n\n{agent}",
            ),
            (Customer, "Ah. A colleague renamed it to \"Sales Europe\" to tidy up. I did not know that this matters!"),
            (
                Agent,
                "No harm done: I have pointed the filter to the new name, and the charts are back. We will make renames follow automatically in a later release.\n\n{agent}",
            ),
        ],
    },
    Story {
        titles: &[
            "Cannot log in after password reset",
            "Login fails for {count} users",
            "\"Invalid session\" when signing in",
        ],
        kind: "incident",
        tags: "login",
        priority: Priority::High,
        opening: "Hi team,\n\nafter resetting my password I get \"Invalid session\" on every sign-in, in two browsers. Colleagues have the same. Please help, we are locked out.",
        talk: &[
            (
                Agent,
                "Hi {customer},\n\nthat message appears when the old cookie is still there. Could you try once in a private window? If that works, clearing the cookies of app.northwind-analytics.example.com is all you need.\n\n{agent}",
            ),
            (Customer, "Private window works, and after clearing cookies the normal one too. Thanks!"),
        ],
    },
    Story {
        titles: &["CSV export stops at 10,000 rows", "Export is cut off"],
        kind: "question",
        tags: "export",
        priority: Priority::Medium,
        opening: "The CSV export of the orders report ends at exactly 10,000 rows, but the report shows over {number}0. Is this a limit of our plan?",
        talk: &[
            (
                Agent,
                "Hello {customer},\n\nnot of your plan: the button in the report exports what the table has loaded. \"Export > Full data set\" has no limit; you get a link by email when the file is ready.\n\n{agent}",
            ),
            (Customer, "Found it. It would be good if the first button said so, but this is what I needed."),
            (Note, "Third customer this month who runs into this. Passed on to the product team: rename the button."),
        ],
    },
    Story {
        titles: &["Invoice {number}: wrong VAT number", "Please correct the VAT id on our invoice"],
        kind: "billing",
        tags: "billing,invoice",
        priority: Priority::Low,
        opening: "Dear support,\n\ninvoice {number} shows our old VAT number. Our accounting cannot book it like this. Could you issue a corrected one?\n\nKind regards\n{customer}",
        talk: &[
            (
                Agent,
                "Dear {customer},\n\nof course. Please send the correct number, and tell me whether the address stays the same.",
            ),
            (
                Customer,
                "Address stays the same. The new number is on our website's imprint, and I have updated it under Settings > Billing just now.",
            ),
            (
                Agent,
                "Thank you. Invoice {number} is cancelled and replaced; you will find the new one under Billing. All later ones use the new number.\n\n{agent}",
            ),
        ],
    },
    Story {
        titles: &["API returns 429 although we are below the limit", "Rate limit hit too early"],
        kind: "question",
        tags: "api,rate-limit",
        priority: Priority::Medium,
        opening: "We call /v2/query about {count} times a minute and get 429 now and then. The documentation says 100 a minute. Are other calls counted as well?",
        talk: &[
            (
                Agent,
                "Hi {customer},\n\nthe limit is per key, and your staging system uses the same key as production. Together they go over 100 at the full hour. A second key solves it; keys are free.\n\n{agent}",
            ),
            (Customer, "You are right, staging runs the nightly tests with it. Created a second key, no 429 since."),
        ],
    },
    Story {
        titles: &["Everything is down!!", "Service unavailable", "503 on all pages"],
        kind: "incident",
        tags: "outage",
        priority: Priority::Critical,
        opening: "We get error 503 on every page, for all users at {company}. Our control room depends on the live view. Please call back urgently.",
        talk: &[
            (
                Agent,
                "Hello {customer},\n\nwe see it too: one of our regional gateways has failed. Traffic is being moved to another one right now. I will write again within 30 minutes.",
            ),
            (Note, "Gateway eu-3, certificate rotation went wrong. On-call is on it, status page updated."),
            (
                Agent,
                "The gateway has been replaced, and your pages have been answering normally for 20 minutes. No data was lost: collectors kept it and delivered it afterwards. A report about the cause follows by the end of the week.\n\n{agent}",
            ),
            (Customer, "Confirmed, all back. Thank you for the quick reaction. We are looking forward to the report."),
        ],
    },
    Story {
        titles: &["How do I add a colleague?", "Invite users to our workspace"],
        kind: "question",
        tags: "users,how-to",
        priority: Priority::Low,
        opening: "Good morning, I would like to give {count} colleagues read access to our reports. Where do I do that, and does it cost extra?",
        talk: &[(
            Agent,
            "Good morning {customer},\n\nSettings > People > Invite, role \"Viewer\". Viewers are free on every plan. You can paste a whole list of addresses.\n\n{agent}",
        )],
    },
    Story {
        titles: &["Numbers differ between two reports", "Revenue in report A and B is not the same"],
        kind: "incident",
        tags: "data-quality,reports",
        priority: Priority::High,
        opening: "The monthly revenue in \"Overview\" and in \"Sales by region\" differs by about 2 %. Which one is right? I have to present this on Thursday.",
        talk: &[
            (
                Agent,
                "Hello {customer},\n\nboth are, but they count different things: \"Overview\" takes the date of the order, \"Sales by region\" the date of the invoice. Orders at the end of a month therefore move.\n\nShall I switch one of them for you?",
            ),
            (
                Customer,
                "That explains it. Please switch \"Sales by region\" to the order date, our board knows that one.",
            ),
            (
                Agent,
                "Done, and the difference is zero for the last twelve months. I wrote the choice into the report's description, so that the next reader knows.\n\n{agent}",
            ),
            (Customer, "Perfect, thank you {agent}!"),
        ],
    },
    Story {
        titles: &["Scheduled report did not arrive", "Weekly email report missing"],
        kind: "incident",
        tags: "scheduled-reports,email",
        priority: Priority::Medium,
        opening: "The weekly report should arrive on Monday at 7. This week nobody at {company} got it. Nothing in spam.",
        talk: &[
            (
                Agent,
                "Hi {customer},\n\nyour mail server refused it: \"mailbox policy, attachment over 10 MB\". The PDF has grown to 12 MB because of the new map. I can switch it to a link instead of an attachment.",
            ),
            (Customer, "A link is fine, please do."),
            (Agent, "Switched, and I have sent this week's again. Please tell me if it does not reach you.\n\n{agent}"),
        ],
    },
    Story {
        titles: &["Feature request: dark mode", "Please add a dark theme"],
        kind: "feature request",
        tags: "feature-request,ui",
        priority: Priority::Low,
        opening: "Our dashboards hang on a wall in a dark control room. A dark theme would be a relief for the night shift. Is it planned?",
        talk: &[(
            Agent,
            "Hello {customer},\n\nit is: wall displays get a dark theme in the next quarter. I have added your vote, and you will get a message when it is there.\n\n{agent}",
        )],
    },
    Story {
        titles: &["SSO: users are created twice", "Duplicate accounts after switching to SSO"],
        kind: "incident",
        tags: "sso,users",
        priority: Priority::High,
        opening: "Since we switched to single sign-on, {count} people have two accounts: the old one and a new one with the same name. Their saved views are in the old one.",
        talk: &[
            (
                Agent,
                "Hello {customer},\n\nyour identity provider sends the address in capital letters, and we took that for another person. I can merge the accounts; saved views and permissions move along. May I do so for all of them?",
            ),
            (Customer, "Yes please, for all. Please keep the permissions of the old accounts."),
            (
                Note,
                "Merged with the admin tool, permissions of the older account kept. The comparison of addresses is being fixed.",
            ),
            (
                Agent,
                "All accounts are merged, with the old permissions and views. It cannot happen again: addresses are compared without regard to capitals from today.\n\n{agent}",
            ),
        ],
    },
    Story {
        titles: &[
            "Data source fails with timeout",
            "PostgreSQL connection times out",
            "Connector: connection timed out",
        ],
        kind: "incident",
        tags: "connectors,timeout",
        priority: Priority::Medium,
        opening: "Our PostgreSQL source fails since the weekend with \"connection timed out after 30 s\". Other tools reach the same database.",
        talk: &[
            (
                Agent,
                "Hi {customer},\n\nwas there a change in your firewall? Our addresses changed on Saturday, as announced; the current list is in the documentation under \"Network\".",
            ),
            (Customer, "The new addresses were not let through. Our network team has added them."),
            (
                Agent,
                "The source connected a few minutes ago, and the missing days are being loaded. You can follow it under Sources > History.\n\n{agent}",
            ),
        ],
    },
    Story {
        titles: &["Cancel our trial", "We do not want to continue after the trial"],
        kind: "billing",
        tags: "cancellation,trial",
        priority: Priority::Low,
        opening: "Please cancel our trial so that it does not turn into a subscription. The product is good, but the project at {company} was stopped.",
        talk: &[
            (
                Agent,
                "Hello {customer},\n\nthe trial is cancelled and no invoice will be sent. You can export everything until the end of the month. We would be glad to see you again!\n\n{agent}",
            ),
            (Customer, "Thanks for making that easy."),
        ],
    },
    Story {
        titles: &["Chart labels overlap", "Labels unreadable on small screens"],
        kind: "bug",
        tags: "ui,charts",
        priority: Priority::Low,
        opening: "On a laptop the labels of the bar chart overlap when there are more than {count} bars. A picture would show it best, but I think you can see it with any long list.",
        talk: &[
            (
                Agent,
                "Hello {customer},\n\nthank you, I can reproduce it. As a workaround \"Rotate labels\" under Chart > Axis helps. A fix is in review.",
            ),
            (Agent, "The fix is live: labels now shorten and show in full when you point at them.\n\n{agent}"),
        ],
    },
    Story {
        titles: &["Webhook is sent twice", "Duplicate webhook deliveries"],
        kind: "question",
        tags: "api,webhooks",
        priority: Priority::Medium,
        opening: "We receive some webhooks twice, a few seconds apart, with the same id. Is this intended? It creates duplicate orders at our end.",
        talk: &[
            (
                Agent,
                "Hi {customer},\n\nyour endpoint takes more than 10 seconds for some of them, so we take it for failed and send again. Answer first, work afterwards, and use the id to recognise repeats: delivery is at least once by design.\n\n{agent}",
            ),
            (Customer, "Understood. We now answer at once and check the id. No duplicates since yesterday."),
        ],
    },
    Story {
        titles: &["GDPR: delete the data of a former employee", "Request for erasure"],
        kind: "request",
        tags: "privacy,gdpr",
        priority: Priority::Medium,
        opening: "A former employee of {company} asks us to erase their personal data. What do you need from us, and how long does it take?",
        talk: &[
            (
                Agent,
                "Hello {customer},\n\nplease deactivate the account and choose \"Erase\" under Settings > People. It takes effect at once, backups follow within 30 days, and you get a certificate.",
            ),
            (Customer, "Done. The certificate has arrived. Very smooth."),
        ],
    },
    Story {
        titles: &["Upgrade to the enterprise plan", "Question about plans"],
        kind: "billing",
        tags: "billing,plans",
        priority: Priority::Medium,
        opening: "We would like to move {count} people to the enterprise plan from next month. Can you send an offer, and will our dashboards stay as they are?",
        talk: &[
            (Note, "Handed to account management, they call today."),
            (
                Agent,
                "Hello {customer},\n\nyour dashboards stay exactly as they are. The offer is on its way to you; a colleague from account management will call you about the details.\n\n{agent}",
            ),
            (Customer, "Offer received and signed. Thanks for the quick answer."),
        ],
    },
    Story {
        titles: &["Slow dashboard", "Dashboard takes a minute to load", "Performance problem since last week"],
        kind: "incident",
        tags: "performance,dashboards",
        priority: Priority::Medium,
        opening: "Our operations dashboard needs about {count} seconds to load since last week. Before it was 3. People have started to make screenshots instead.",
        talk: &[
            (
                Agent,
                "Hello {customer},\n\none chart compares every order with every other one; it was added on Tuesday and does most of the waiting. May I change it to a daily summary? The picture stays the same.",
            ),
            (Customer, "Yes, please. Nobody needs it to the minute."),
            (
                Agent,
                "Done: the dashboard loads in 2 seconds now. I have left the old chart in a folder \"Before\".\n\n{agent}",
            ),
            (Customer, "Wow, what a difference."),
        ],
    },
    Story {
        titles: &["Wrong time zone in reports", "Times are off by one hour"],
        kind: "bug",
        tags: "reports,time-zone",
        priority: Priority::Medium,
        opening: "All times in our reports are one hour early since the clocks changed. Shifts are counted on the wrong day.",
        talk: &[
            (
                Agent,
                "Hello {customer},\n\nyour workspace is set to a fixed offset (UTC+1) instead of a place. Under Settings > Workspace please choose your city; then summer time follows by itself. Past reports are corrected too.",
            ),
            (Customer, "That was it. Shifts are right again."),
        ],
    },
    Story {
        titles: &["Mobile app crashes on start", "App closes right after opening"],
        kind: "bug",
        tags: "mobile,crash",
        priority: Priority::High,
        opening: "After the last update the app closes immediately on my phone. Reinstalling did not help. Two colleagues with the same model see this as well.",
        talk: &[
            (
                Agent,
                "Hi {customer},\n\nsorry about that. Which model and which version of the system do you use? You find both under Settings > About.",
            ),
            (Customer, "It is a two year old phone with the second newest system; the others have the same."),
            (Note, "Crash reports confirm: out of memory when the widget is on. Fix in 4.{count}."),
            (
                Agent,
                "Found: the home screen widget asked for too much memory. The update in the store since today fixes it.\n\n{agent}",
            ),
        ],
    },
    Story {
        titles: &["Can we embed a chart in our intranet?", "Embedding dashboards"],
        kind: "question",
        tags: "embedding,how-to",
        priority: Priority::Low,
        opening: "Is it possible to show a single chart on our intranet page, so that people need no account of their own?",
        talk: &[
            (
                Agent,
                "Hello {customer},\n\nyes: Share > Embed gives you a snippet. Restrict it to your domain in the same dialog, otherwise anybody who has the link could look at it.\n\n{agent}",
            ),
            (Customer, "Works nicely. The restriction to the domain is a good hint, thank you."),
        ],
    },
    Story {
        titles: &["Import of {number} rows stuck at 99 %", "File upload never finishes"],
        kind: "incident",
        tags: "import",
        priority: Priority::Medium,
        opening: "I uploaded a file with {number} rows two hours ago. It has been standing at 99 % since. Should I cancel it?",
        talk: &[
            (
                Agent,
                "Hello {customer},\n\nplease do not cancel: the rows are in, but one column holds dates in two forms (31.12. and 12/31), and the check waits for a decision. You find the question under Imports > Needs attention.",
            ),
            (Customer, "I see it now. Chose day first, finished at once. A message by mail would have helped."),
            (Agent, "Agreed, I have passed that on. Glad that it worked.\n\n{agent}"),
        ],
    },
    Story {
        titles: &["Suspicious login from abroad", "Security: unknown sign-in"],
        kind: "security",
        tags: "security,login",
        priority: Priority::Critical,
        opening: "The audit log shows a sign-in to my account last night from a country where none of us is. Has somebody got my password? What should I do?",
        talk: &[
            (
                Agent,
                "Hello {customer},\n\nI have ended all sessions of your account. Please choose a new password and switch on two-factor sign-in under Profile > Security. I am looking through what was done in that session.",
            ),
            (Note, "One session of 4 minutes, only opened the start page, no export. Informed the security team."),
            (
                Agent,
                "In that session only the start page was opened: nothing was changed, exported or shared. With two-factor sign-in a stolen password alone is no longer enough.\n\n{agent}",
            ),
            (Customer, "Relieved. Two-factor is now mandatory for everybody at {company}."),
        ],
    },
    Story {
        titles: &["Typo in the German translation", "Wrong word in the French interface"],
        kind: "bug",
        tags: "translation,ui",
        priority: Priority::Low,
        opening: "A small thing: on the sharing page of the translated interface the button for \"Revoke\" says the same as the one for \"Cancel\". I clicked the wrong one.",
        talk: &[(
            Agent,
            "Hello {customer},\n\nthank you for your sharp eye! Corrected, and live with the next release on Wednesday.\n\n{agent}",
        )],
    },
    Story {
        titles: &["Alert fires although the value is fine", "False alerts every night"],
        kind: "incident",
        tags: "alerts",
        priority: Priority::Medium,
        opening: "The alert \"Orders below {count}\" wakes our on-call every night at 2, although orders are simply low at that hour. Can it know the time of day?",
        talk: &[
            (
                Agent,
                "Hello {customer},\n\nit can: choose \"Compare with the same hour of the last 4 weeks\" instead of a fixed number. Shall I set it up with you? I am free for a short call.",
            ),
            (Customer, "No need for a call, I managed. One quiet night so far."),
            (
                Agent,
                "Good to hear. I leave this open over the weekend and close it when the nights stay quiet.\n\n{agent}",
            ),
        ],
    },
];
