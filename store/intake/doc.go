// Package intake reads the files that people bring with their contacts and turns
// them into rows with provenance: what each row says, and in which line of which
// file it says so.
//
// A file is streamed. However large it is, only one row and some buffers are held,
// and whatever it holds, a row has limits. The SHA-256 of the whole file is computed
// on the way, so that the record can name the very file a contact came from.
//
// Rows carry text. Phone numbers are not read here, only found: which column holds
// them, and which of several is the mobile. Nothing is evaluated, and nothing in a
// file can opt anybody in: the columns of consent are handed on as text, for the
// store to judge.
//
// CSV is read in all the dialects that Excel, Numbers, Google and Outlook write:
// four delimiters, four encodings, quoted line breaks, titles above the header,
// headers in English, Spanish, Portuguese, Catalan, French, German and Italian.
//
// vCard is read in its versions 2.1, 3.0 and 4.0, without ever holding a picture, and
// workbooks of Excel by the values their cells hold, not by what they show.
//
// The way back is here too: [RejectsWriter] returns the rows that could not be taken
// with the reason, and [SafeCell] keeps spreadsheets from evaluating what strangers
// wrote.
//
// The package is pure: no SQL, no network, no clock, and it imports nothing of ours.
package intake
