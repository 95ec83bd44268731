// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Seconds from report to finality: they grow with what is at stake
/// @notice leastS up to `value`, above it leastS·price/value, mostS at most. Neither parameter is 0, so no window is.
library ChallengeWindow {
    function secondsFor(uint256 price, uint32 leastS, uint32 mostS, uint96 value) internal pure returns (uint32) {
        unchecked {
            if (price <= value) return leastS;
            uint256 grown = leastS * price / value; // below 2^128
            return grown < mostS ? uint32(grown) : mostS;
        }
    }
}
