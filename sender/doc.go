// Package sender turns the claims of the store into calls of the Cloud API,
// and the answers into settlements.
//
// The life of one message:
//
//	limiter grants → Outbox.Claim (durable) → Claim.Spend → POST → answer → Outbox.Settle (durable)
//
// What a death of the program leaves, and what the next start makes of it:
//
//	before the claim       queued            sent once
//	after the claim        sending           unknown; shown, never sent again by itself
//	after the answer       sending           unknown; a status event brings the message id
//	after the settlement   accepted, failed  nothing to do
//
// One process has the lock of the shop file and sends whatever is to be sent.
// In the others a start is only recorded, and they watch by the rows; when the
// one that sends is gone, one of them takes the lock and goes on.
//
// One that is stopped or stuck without being dead keeps the lock. Nobody takes
// it away: it may wake in the middle of a call, and what it was at would be
// unknown for good although its answer is still on the way. The others say who
// it is and since when it is silent, and go on once a person has ended it. If
// it wakes instead, the claims it holds have expired, and it asks the gate anew.
//
// Hours, caps and the day's limit go by this machine's clock. A run asks the
// server for its time before it claims anybody, and looks at the Date of every
// answer: more than a quarter of an hour apart, nobody is called any more. Calls
// that were made before that was known are dated by the server.
//
// Whoever keeps the schedule or has the lock also reads the templates anew after
// Meta told something of one; see news.
//
// It repeats only what the API said it did not take. A call that was written
// and not answered is unknown: the API knows no idempotency key.
//
// The package tells codes, never sentences; the words for people are ui's.
package sender
