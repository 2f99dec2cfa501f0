// Package store is the truth: the shop file, its words, and the gate.
//
// One SQLite file holds contacts, the ledgers of what they agreed to, the
// templates, the broadcasts and a row for every person of every broadcast.
// Whether a person may be called is decided here, in SQL, in the transaction
// that claims the row, and nowhere else.
//
//	consent    none → asked → given → confirmed
//	                     ↘ refused        given, confirmed → expired
//	           any → withdrawn → (only by a new act of the customer) → given
//	           any → confirmed (a join word of her own, with the message as proof)
//	           withdrawn → as before (a stop word that was none, found so in a review)
//	           any → erased
//	contact    any → held (wrote what a person has to judge) → as before
//	           any → merged into another: closed, and all of it is the other's
//	broadcast  draft ⇄ scheduled → sending ⇄ paused → done
//	           any before done → cancelled
//	delivery   queued → excluded | cancelled | sending
//	           sending → accepted → sent → delivered → read
//	           sending → failed | unknown | queued (certainly not sent)
//	           unknown → what a status event says
//
// The moves are closed sets, held by CHECK constraints and triggers, so that
// SQL written by hand cannot leave them either. The ledgers only grow and are
// chained by hashes (VerifyLedger). Standings are derived from the ledgers by
// triggers.
//
// Open returns a Store and an Outbox. The Store reads everything and records
// facts; only the Outbox issues claims, and only the engine is given it.
package store
