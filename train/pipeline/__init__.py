"""All stages of training by one configuration file."""
