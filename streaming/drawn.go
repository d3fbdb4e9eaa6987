package streaming

import "fanlight/drivers/caught"

// drawn returns the card as JPEG, in English if translate is nil. A panic is an error: a card shows what cameras say of
// themselves, and is drawn by goroutines of the Feed.
func (c card) drawn(translate Translate) (picture []byte, err error) {
	err = caught.Do(func() (err error) {
		picture, err = c.jpeg(translate)
		return err
	})
	return picture, err
}
