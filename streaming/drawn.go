package streaming

import "fanlight/drivers/caught"

// drawn returns the card as JPEG. A panic is an error: a card shows what cameras say of
// themselves, and is drawn by goroutines of the Feed.
func (c card) drawn() (picture []byte, err error) {
	err = caught.Do(func() (err error) {
		picture, err = c.jpeg()
		return err
	})
	return picture, err
}
