// Package audience reads the audience language, the one language that filters
// contacts on screen, on the command line and for a broadcast. It turns text into a
// syntax tree and errors into places of the text; the store turns the tree into SQL.
//
//	query   = { clause }                      every clause must hold
//	clause  = term { "OR" term }              one of the terms must hold
//	term    = "-" term | "(" query ")" | word | key ":" value
//
// OR binds tighter than standing side by side: tag:a OR tag:b lang:es asks for
// Spanish speakers with either tag. Parentheses say otherwise where needed.
//
//	ana               the name or number contains it
//	tag:vip           has the tag
//	lang:es           speaks it
//	country:ES        has a number of that country
//	consent:given     none asked given confirmed refused withdrawn expired
//	saved:yes         yes no unknown told says_saved seen_by_staff self_written invalid
//	sendable:yes      yes no
//	platform:ok       ok stopped unreachable
//	added:<30d        was added less than 30 days ago; also >, and the units d w m y
//	last:>90d         got the last message from us more than 90 days ago
//	last:never        never got one; -last:<90d takes in both
//	expires:<60d      agreed, and that ends within 60 days unless it is used; > is later
//	audience:regulars is in the audience that was saved under that name
//	field.city:"San Juan"
//
// A word or value in double quotes may hold blanks, signs and the word OR; \" and
// \\ stand for a quote and a backslash. Keys and the values of closed sets may be
// written in either case; OR is always in capitals.
//
// The empty query is [All]. That is right for a list; the store decides that the
// empty audience of a broadcast is nobody.
//
// A saved audience cannot name another one, so none can come back to itself. [Parse]
// leaves its name in the tree, as [Named]; [Resolve] puts its conditions there.
//
// The package is pure: no SQL, no clock, and it imports nothing of ours.
package audience
