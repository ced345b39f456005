// Charts as inline SVG.
