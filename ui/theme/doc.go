// Package theme turns meanings into looks: what is good is green and has a tick, what waits is amber and has
// a mark, and nothing is said by colour alone. It is also the one door for text from outside: [Safe] makes
// it harmless to draw.
package theme
