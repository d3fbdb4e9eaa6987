package main

// trouble names a part of the program that can have a problem to show.
type trouble int

const (
	sharingTrouble trouble = iota
	announceTrouble
	reachTrouble
	foundTrouble
	settingsTrouble
	camerasTrouble
	tuningTrouble
	autostartTrouble
	damageTrouble
	choiceTrouble
	openTrouble
	recordingTrouble
	historyTrouble
	rtspTrouble
	replayTrouble
	microphonesTrouble
)

// report shows and logs a part's problem; nil clears it.
func (p *program) report(part trouble, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		delete(p.problems, part)
		return
	}
	if p.problems[part] != err.Error() {
		p.log.Warn("problem", "err", err)
	}
	p.problems[part] = err.Error()
}

func (p *program) troubled(part trouble) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.problems[part]
	return ok
}
