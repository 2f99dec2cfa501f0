// Package optout reads what a customer wrote: does she want no more messages,
// does she join, did she save the number? It knows words, not people; what
// follows from a reading is decided in package store.
//
// It fails closed. A word that means "stop" acts as the whole message, as a
// sentence of its own, and among words of politeness and words about messages
// ("please stop sending me offers"); a phrase that can mean nothing else acts
// anywhere. What only sounds like a refusal, and what cannot be read (a voice
// note), is for a person to judge.
//
// The table of words is words.txt.
package optout
