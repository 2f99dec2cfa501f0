// Package archive is the file format of a backup: a tar of three members
// (manifest.json, shop.db, shop.db.key), sealed with age (age-encryption.org/v1),
// so that the tools age and tar open it without this program. There is no
// unsealed form: the file would hold every customer's number together with the
// key of the suppression list.
//
// It knows nothing of SQL: what the members mean is the store's to say.
package archive
