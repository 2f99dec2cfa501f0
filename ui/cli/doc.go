// Package cli is the command line: everything the app can do, for scripts, for
// screen readers and for tests. One file holds the commands of one noun.
//
// Results go to stdout, everything else to stderr. With --json stdout holds
// exactly one JSON document; names, flags, fields and exit codes are a contract
// with other people's scripts and are added to, never changed.
//
//	0    done
//	1    failed
//	2    wrong usage or refused input
//	3    a broadcast stopped and a person must act
//	130  interrupted; the state is saved and the same command goes on
//
// What talks to the network is handed over by main: see [Deps].
package cli
