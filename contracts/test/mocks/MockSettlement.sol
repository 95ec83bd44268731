// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState} from "../../src/interfaces/AssayTypes.sol";
import {DisputedJob, IDisputable, Ruling} from "../../src/interfaces/IDisputable.sol";

/// @title A settlement that keeps its interface's word about states and nothing else: no money
/// @notice `shown` is the job id.
contract MockSettlement is IDisputable {
    error WrongState(JobState got);
    error WrongResolveUntil(uint40 got);

    address public immutable court;
    mapping(uint64 jobId => DisputedJob) private _jobs;
    mapping(uint64 jobId => uint40) public resolveUntilOf;
    Ruling public lastRuling;

    modifier onlyCourt() {
        if (msg.sender != court) revert NotCourt(msg.sender, court);
        _;
    }

    constructor(address court_) {
        court = court_;
    }

    function put(DisputedJob calldata job) external {
        _jobs[job.jobId] = job;
    }

    function openDispute(bytes calldata shown, uint40 resolveUntil)
        external
        onlyCourt
        returns (DisputedJob memory found)
    {
        found = disputedJob(shown);
        if (found.state != JobState.REPORTED) revert WrongState(found.state);
        if (block.timestamp > found.challengeUntil || resolveUntil <= found.challengeUntil) {
            revert WrongResolveUntil(resolveUntil);
        }
        found.state = JobState.DISPUTED;
        _jobs[found.jobId] = found;
        resolveUntilOf[found.jobId] = resolveUntil;
        emit DisputeOpened(found.jobId, resolveUntil);
    }

    function resolveDispute(bytes calldata shown, Ruling calldata ruling) external onlyCourt returns (uint96) {
        DisputedJob memory found = disputedJob(shown);
        if (found.state != JobState.DISPUTED) revert WrongState(found.state);
        bool upheld = ruling.code == found.code && ruling.paid == found.paid;
        found.state = upheld && block.timestamp <= found.challengeUntil ? JobState.REPORTED : JobState.FINAL;
        found.code = ruling.code;
        found.paid = ruling.paid;
        _jobs[found.jobId] = found;
        lastRuling = ruling;
        emit DisputeResolved(found.jobId, ruling.code, ruling.paid, upheld);
        return 0;
    }

    function expireDispute(bytes calldata shown) external {
        DisputedJob memory found = disputedJob(shown);
        if (found.state != JobState.DISPUTED) revert WrongState(found.state);
        if (block.timestamp <= resolveUntilOf[found.jobId]) revert WrongResolveUntil(resolveUntilOf[found.jobId]);
        _jobs[found.jobId].state = JobState.FINAL;
        emit DisputeResolved(found.jobId, found.code, found.paid, true);
    }

    function disputedJob(bytes calldata shown) public view returns (DisputedJob memory found) {
        found = _jobs[abi.decode(shown, (uint64))];
        if (found.state == JobState.NONE) revert WrongState(JobState.NONE);
        if (found.state == JobState.REPORTED && block.timestamp > found.challengeUntil) found.state = JobState.FINAL;
    }
}
