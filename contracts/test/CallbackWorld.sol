// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState, Order} from "../src/interfaces/AssayTypes.sol";
import {
    IAssayCallback,
    ICallbackRouter,
    IReportedJobs,
    JobCard,
    JobOutcome
} from "../src/interfaces/ICallbackRouter.sol";
import {Test} from "./Test.sol";

/// @title A market whose jobs are what a test says they are
contract ReportedJobs is IReportedJobs {
    mapping(uint64 => JobState) private _states;
    mapping(uint64 => bytes32) private _reported;

    function set(uint64 jobId, JobState state, JobCard calldata card, JobOutcome calldata outcome) external {
        _states[jobId] = state;
        _reported[jobId] = keccak256(abi.encode(card, outcome));
    }

    function hashOrder(Order calldata order) external view returns (bytes32) {
        return keccak256(abi.encode(address(this), order));
    }

    function jobIdOf(bytes32 orderHash, uint8 attempt) external pure returns (uint64) {
        return uint64(uint256(keccak256(abi.encode(orderHash, uint256(attempt)))));
    }

    function job(uint64 jobId) external view returns (JobState) {
        return _states[jobId];
    }

    function isReportedAs(uint64 jobId, JobCard calldata card, JobOutcome calldata outcome)
        external
        view
        returns (bool)
    {
        return _reported[jobId] == keccak256(abi.encode(card, outcome));
    }
}

/// @title A contract that ordered compute, with every vice that a test gives it
contract Callee is IAssayCallback {
    enum Vice {
        NONE,
        REVERTS,
        BURNS_GAS,
        RETURN_BOMB,
        REVERT_BOMB,
        REENTERS
    }

    Vice public vice;
    uint256 public calls;
    uint64 public jobId;
    uint8 public code;
    bytes32 public plaintextRoot;
    uint256 public gasGot;
    bytes private _again;

    error Unwilling(uint256 number);

    function take(Vice vice_) external {
        vice = vice_;
    }

    function takeReentering(bytes calldata again) external {
        vice = Vice.REENTERS;
        _again = again;
    }

    function onAssayResult(uint64 jobId_, bytes32, JobOutcome calldata outcome, bytes32, bytes32 plaintextRoot_)
        external
    {
        gasGot = gasleft();
        calls += 1;
        jobId = jobId_;
        code = outcome.code;
        plaintextRoot = plaintextRoot_;
        if (vice == Vice.REVERTS) revert Unwilling(7);
        if (vice == Vice.BURNS_GAS) while (true) calls += 1;
        if (vice == Vice.REENTERS) {
            (bool done,) = msg.sender.call(_again);
            require(done, "refused");
        }
        if (vice == Vice.RETURN_BOMB || vice == Vice.REVERT_BOMB) {
            bool reverts = vice == Vice.REVERT_BOMB;
            assembly ("memory-safe") {
                // As much memory as some 360,000 gas buy.
                if reverts { revert(0, 410000) }
                return(0, 410000)
            }
        }
    }
}

abstract contract CallbackWorld is Test {
    uint32 internal constant CALLBACK_GAS = 500_000;

    ReportedJobs internal jobs;
    ICallbackRouter internal router;
    Callee internal callee;

    function setUp() public virtual {
        jobs = new ReportedJobs();
        callee = new Callee();
        router = ICallbackRouter(deploy("CallbackRouter.sol:CallbackRouter", abi.encode(address(jobs))));
    }

    /// @dev A job in this state, reported as OK.
    function _shown(JobState state) internal returns (ICallbackRouter.Shown memory shown, uint64 jobId) {
        shown.order.callback = address(callee);
        shown.order.callbackGas = CALLBACK_GAS;
        shown.attempt = 1;
        shown.offerHash = keccak256("offer");
        shown.ciphertextRoot = keccak256("ciphertext");
        shown.plaintextRoot = keccak256("plaintext");
        bytes32 resultHash = keccak256(abi.encode(shown.ciphertextRoot, shown.plaintextRoot));
        shown.outcome = JobOutcome(1, 10e6, resultHash, 5);
        return (shown, _report(shown, state));
    }

    /// @dev Makes the market know the job as shown.
    function _report(ICallbackRouter.Shown memory shown, JobState state) internal returns (uint64 jobId) {
        bytes32 orderHash = jobs.hashOrder(shown.order);
        shown.card =
            JobCard(keccak256(abi.encode(orderHash, shown.offerHash)), address(callee), makeAddr("provider"), 3, 10e6);
        jobId = jobs.jobIdOf(orderHash, shown.attempt);
        jobs.set(jobId, state, shown.card, shown.outcome);
    }
}
