// Package phone turns what people type, paste and export as a phone number into
// one canonical spelling, E.164 with the plus, and answers what the store needs to
// know about a number: its country, kind, time zones, and whether a marketing
// message can reach it at all.
//
// The numbering plans come from Google's libphonenumber, through
// github.com/nyaruka/phonenumbers. This package adds what that library leaves open:
//
//   - the clutter of real files: invisible direction marks of address books, a
//     leading apostrophe, tel: links, numbers spoiled by a spreadsheet, two
//     numbers in one cell;
//   - one canonical form for Brazil, Mexico and Argentina, whose numbers have two
//     spellings in use, so that one person is one contact;
//   - errors that say what is wrong, since a person at the counter must mend it.
//
// A country is never guessed: a number without its calling code is completed by
// the region the caller names, or refused with ErrNeedsCountry.
//
// The package is pure: no SQL, no files, no clock, and it imports nothing of ours.
package phone
