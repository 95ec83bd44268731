// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: a demand that only its answer ends
contract EndlessDemand {
    error StillOpen();

    mapping(uint64 jobId => bool) public open;

    function demand(uint64 jobId) external {
        open[jobId] = true;
    }

    function answer(uint64 jobId) external {
        open[jobId] = false;
    }

    function settle(uint64 jobId) external view {
        if (open[jobId]) revert StillOpen();
    }
}
