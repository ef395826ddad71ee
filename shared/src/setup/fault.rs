//! What is wrong with something that somebody wants to set up.

use crate::fault::faults;

faults! {
    /// The house is set up first.
    FacilityFirst = "facility_first", "", "Set up the facility first.";
    /// A code holds something else than letters and digits, or is too long.
    CodeForm = "code_form", "code", "A code has up to 12 letters and digits.";
    /// A code stands in registrations already.
    CodeFixed = "code_fixed", "code", "The code is in use and stays as it is.";
    /// A name is missing.
    NameMissing = "name_missing", "name", "Give it a name.";
    /// The city is missing.
    CityMissing = "city_missing", "city", "Say in which city it is.";
    /// A text is too long.
    TextTooLong = "setup_text_too_long", "", "A text is too long: say it in fewer words.";
    /// Not a number of a civil servant.
    NipForm = "nip_form", "nip", "A NIP has 18 digits.";
    /// No zone of Indonesia.
    ZoneUnknown = "zone_unknown", "zone", "Choose WIB, WITA or WIT.";
    /// There is one with this name already.
    Duplicate = "duplicate", "code", "There is one with this name already.";
    /// The name of a block.
    BlockForm = "block_form", "code", "A block has up to 24 letters, digits, blanks and dashes.";
    /// There is no such block.
    BlockUnknown = "block_unknown", "blocks", "There is no such block.";
    /// A wave without blocks has no sheets.
    NoBlocks = "no_blocks", "blocks", "Choose at least one block.";
    /// A block of an opened wave has its sheet.
    SheetOpened = "sheet_opened", "blocks", "A block whose sheet is open stays in the wave.";
    /// The first day is after the last.
    DatesReversed = "dates_reversed", "until", "The last day is before the first one.";
    /// There is no such wave.
    WaveUnknown = "wave_unknown", "", "There is no such wave.";
    /// Nothing can be chosen.
    NothingOffered = "nothing_offered", "", "Offer at least one programme before a wave is opened.";
    /// Lessons out of range.
    HoursRange = "hours_out_of_range", "hours", "Lessons are a number from 0 to 2,000.";
    /// Days out of range.
    DaysRange = "days_out_of_range", "days", "Days are a number from 0 to 365.";
    /// There is no such programme.
    ProgrammeUnknown = "setup_programme_unknown", "programme", "There is no such programme.";
    /// Somebody has a seat.
    ProgrammeGiven = "programme_given", "offered", "Somebody has a seat in this programme: it stays on offer.";
    /// Seats out of range.
    SeatsRange = "seats_out_of_range", "seats", "A package has 1 to 200 seats.";
    /// The minimum is out of range.
    MinimumRange = "minimum_out_of_range", "minimum", "The minimum is at least 1 and no more than the seats.";
    /// More seats are given than there would be.
    SeatsGiven = "seats_given", "seats", "More people than that have a seat already: a package cannot get fewer seats than were given.";
    /// The number of a package.
    PackageNumber = "package_number", "number", "Packages are numbered from 1 to 99.";
    /// A rule cannot be read.
    RuleForm = "rule_form", "limit", "This rule cannot be computed: choose what it asks for, and a limit.";
    /// Who agreed on a rule is missing.
    SourceMissing = "source_missing", "source", "Say who agreed on the rule.";
    /// The version of a rule counts up.
    RuleVersion = "rule_version", "", "A changed rule gets the next version.";
    /// There is no such rule.
    RuleUnknown = "rule_unknown", "binding", "There is no such rule.";
    /// The points of a ground.
    WeightRange = "weight_out_of_range", "weight", "A ground gives 1 to 100 points.";
    /// A ground is there twice.
    GroundTwice = "ground_twice", "ground", "This ground gives points already: change it there.";
    /// More grounds than anybody can explain.
    TooManyGrounds = "too_many_grounds", "ground", "At most 12 grounds give points.";
    /// The code of the office that signs.
    OfficeCode = "office_code", "code", "The code of the office has up to 20 capital letters, digits and dashes.";
    /// Who signs certificates is missing.
    SignerMissing = "signer_missing", "signs", "Say who signs certificates.";
    /// What is printed on certificates tells of detention.
    TellsOfDetention = "tells_of_detention", "name", "Certificates must not tell of detention: name the office without the house.";
    /// The attendance that passing needs.
    AttendanceRange = "attendance_out_of_range", "attendance", "The attendance is 1 to 100 percent.";
    /// The lease of tablets is out of range.
    LeaseRange = "lease_out_of_range", "lease_hours", "A tablet is read for 12 to 720 hours after its last contact.";
    /// Words to agree to are missing.
    StatementEmpty = "statement_empty", "text_id", "The statement needs both languages, 2 to 12 lines each.";
    /// A wording is never changed.
    StatementVersion = "statement_version", "", "A released statement is never changed: release the next version.";
    /// The name somebody signs in with.
    UserForm = "user_form", "code", "A user name has 3 to 32 small letters, digits, dots and dashes.";
    /// There is no such user.
    UserUnknown = "user_unknown", "", "There is no such user.";
    /// Nobody locks or demotes themselves.
    Yourself = "yourself", "", "Nobody can lock themselves, or change their own role.";
    /// Somebody has to be able to set up the house.
    LastAdministrator = "last_administrator", "", "This is the last administrator: make another one first.";
    /// A password that is easily guessed.
    PasswordShort = "password_short", "new", "A password has at least 10 characters.";
    /// A password that holds the user's name.
    PasswordName = "password_name", "new", "A password does not hold the user's name.";
    /// The first password was seen by somebody else.
    PasswordSame = "password_same", "new", "Choose another password than the one before.";
    /// Somebody who guesses tries it early.
    PasswordCommon = "password_common", "new", "This password is easily guessed: choose several words that do not belong together.";
    /// Longer than what is compared.
    PasswordLong = "password_long", "new", "A password has at most 256 bytes.";
    /// There is no such tablet.
    TabletUnknown = "tablet_unknown", "", "There is no such tablet.";
    /// The tablet reads nothing any more.
    TabletRevoked = "tablet_revoked", "", "This tablet was revoked.";
    /// There is no such sheet.
    SheetMissing = "setup_sheet_unknown", "sheets", "There is no such sheet.";
    /// A word about what happened is missing.
    WordMissing = "word_missing", "word", "Say in a few words what happened.";
    /// Nothing is to be settled.
    NoAlarm = "no_alarm", "", "There is no alarm for this tablet.";
}
