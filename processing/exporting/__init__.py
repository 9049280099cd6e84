"""How photos leave: names and folders in a zip, metadata written into copies or taken out of them, an album to look at offline."""
