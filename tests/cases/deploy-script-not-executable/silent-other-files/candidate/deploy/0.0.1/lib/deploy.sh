tb deploy
