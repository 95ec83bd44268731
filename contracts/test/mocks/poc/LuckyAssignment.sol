// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The mistake: who gets a job is drawn from the last block's hash, by whoever calls
contract LuckyAssignment {
    address[] private _providers;
    mapping(uint256 jobId => address) public assigned;

    constructor(address[] memory providers_) {
        _providers = providers_;
    }

    function assign(uint256 jobId) external returns (address provider) {
        provider = _providers[uint256(blockhash(block.number - 1)) % _providers.length];
        assigned[jobId] = provider;
    }
}

/// @title Calls, looks, and takes it back where it does not like what it sees
contract PatientAssigner {
    error NotThisTime();

    function assign(LuckyAssignment there, uint256 jobId, address friend) external {
        if (there.assign(jobId) != friend) revert NotThisTime();
    }
}
