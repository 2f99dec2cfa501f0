// Package say turns English sentences into the reader's language, and numbers, times, shares and money into
// its format. The English sentence is the key; see [Printer.T].
package say
