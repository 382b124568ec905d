//! What satisfaction, engagement and audience share: intervals, designs, variances, exact sums.
