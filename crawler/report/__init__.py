"""What people and programs are told: progress, the run's last words, health, search, one page."""
