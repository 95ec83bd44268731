// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: only the age of a report is bounded, and one from the future is young for ever
contract EagerReports {
    uint256 public constant AGE_MAX_S = 1 hours;

    function isFresh(uint40 observedAt) external view returns (bool) {
        return observedAt + AGE_MAX_S >= block.timestamp;
    }
}
