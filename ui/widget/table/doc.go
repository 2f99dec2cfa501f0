// Package table shows lists of any length from a source that can name all keys in order and fetch rows by key.
//
// The spine is all keys of a query in their order, loaded once: it gives the End key, the scroll bar and "all
// 4,211", for eight bytes a row. The window is the rows around the screen, fetched by key and kept in a small
// cache. The cursor and the picked rows are keys, not places, so they survive sorting, filtering and reloads.
//
// Names from outside belong in the last column, where a right-to-left one cannot pull others along: some
// terminals reorder a line and some do not.
package table
