// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Report} from "../interfaces/AssayTypes.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {Bps} from "../libraries/Bps.sol";
import {PackedVerdicts} from "../libraries/PackedVerdicts.sol";
import {Buckets} from "./Buckets.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Settlement: documented on its interface, ISettlement
contract Settlement is ISettlement, EIP712 {
    using Buckets for Buckets.Account;

    uint256 private constant VERDICTS_MAX = 256;

    address public immutable vault;
    address public immutable stake;
    address public immutable market;
    address public immutable committee;
    address public immutable treasury;
    uint32 public immutable bucketS;
    uint16 public immutable feeBps;
    uint32 private immutable SLASH_BPS;
    uint32 private immutable CHALLENGE_WINDOW_S;
    uint96 private immutable COMPENSATION_CAP;

    mapping(address account => Buckets.Account) private _accounts;

    constructor(address vault_, address stake_, address market_, address committee_, address treasury_)
        EIP712(AssayHash.NAME, AssayHash.VERSION)
    {
        if (treasury_ == address(0)) revert ZeroAddress();
        _requireWiring("vault.settlement", ITokenVault(vault_).settlement(), address(this));
        _requireWiring("vault.market", ITokenVault(vault_).market(), market_);
        _requireWiring("vault.stake", ITokenVault(vault_).stake(), stake_);
        _requireWiring("stake.settlement", IStakeManager(stake_).settlement(), address(this));
        _requireWiring("stake.market", IStakeManager(stake_).market(), market_);
        _requireWiring("stake.vault", IStakeManager(stake_).vault(), vault_);
        _requireWiring("market.settlement", IJobMarket(market_).settlement(), address(this));
        _requireWiring("market.vault", IJobMarket(market_).vault(), vault_);
        _requireWiring("market.stake", IJobMarket(market_).stake(), stake_);
        _requireWiring("market.committee", IJobMarket(market_).committee(), committee_);
        IJobMarket.Params memory p = IJobMarket(market_).params();
        vault = vault_;
        stake = stake_;
        market = market_;
        committee = committee_;
        treasury = treasury_;
        bucketS = p.bucketS;
        feeBps = p.feeBps;
        SLASH_BPS = p.slashBps;
        CHALLENGE_WINDOW_S = p.challengeWindowS;
        COMPENSATION_CAP = p.compensationCap;
    }

    function settle(Report calldata report, bytes calldata verdicts, uint256 bitmask, bytes calldata signatures)
        external
    {
        _requireSound(report, verdicts);
        bytes32 digest = hashReport(report);
        IOracleCommittee(committee).accept(report.epoch, report.seq, digest, bitmask, signatures);
        emit ReportAccepted(report.epoch, report.seq, digest, report.evidenceRoot, report.count);
        IJobMarket.Outcome[] memory outcomes = IJobMarket(market).applyVerdicts(report.epoch, verdicts);
        uint256 fees = _fillBuckets(outcomes);
        if (fees > 0) {
            emit FeePaid(report.epoch, report.seq, fees);
            ITokenVault(vault).giveCredit(treasury, fees);
        }
    }

    function claim(address account) external {
        (uint256 amount, uint256 lock) = _accounts[account].takeMatured(bucketS);
        if (amount == 0 && lock == 0) revert NothingToClaim(account);
        emit Claimed(account, amount, lock);
        if (lock > 0) IStakeManager(stake).unlock(account, uint96(lock));
        if (amount > 0) ITokenVault(vault).giveCredit(account, amount);
    }

    function slash(uint64 jobId) external {
        IJobMarket.FraudCase memory fraud = IJobMarket(market).takeFraud(jobId);
        (uint96 taken, uint96 compensation, uint96 burnedAmount, uint96 insuranceAmount) = IStakeManager(stake)
            .slash(
                fraud.provider,
                fraud.lock,
                Bps.up(fraud.price, SLASH_BPS),
                fraud.consumer,
                uint96(Math.min(fraud.price, COMPENSATION_CAP))
            );
        emit JobSlashed(jobId, fraud.provider, taken, compensation, burnedAmount, insuranceAmount);
    }

    function hashReport(Report calldata report) public view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(report));
    }

    function claimableOf(address account) external view returns (uint256 amount, uint256 lock) {
        return _accounts[account].matured(bucketS);
    }

    function pendingOf(address account) external view returns (uint256 amount, uint256 lock) {
        return _accounts[account].pending(bucketS);
    }

    /// @dev Verdicts that were skipped have no consumer.
    function _fillBuckets(IJobMarket.Outcome[] memory outcomes) private returns (uint256 fees) {
        uint40 index = Buckets.indexOf(block.timestamp + CHALLENGE_WINDOW_S, bucketS);
        for (uint256 i = 0; i < outcomes.length; ++i) {
            IJobMarket.Outcome memory outcome = outcomes[i];
            if (outcome.consumer == address(0)) continue;
            uint96 fee = Bps.down(outcome.paid, feeBps);
            fees += fee;
            if (outcome.paid > 0 || outcome.lock > 0) {
                _accounts[outcome.provider].add(index, outcome.paid - fee, outcome.lock);
            }
            if (outcome.refunded > 0) _accounts[outcome.consumer].add(index, outcome.refunded, 0);
        }
    }

    function _requireSound(Report calldata report, bytes calldata verdicts) private view {
        if (report.observedAt > block.timestamp) revert ReportFromTheFuture(report.observedAt, block.timestamp);
        if (block.timestamp > report.validUntil) revert ReportExpired(block.timestamp, report.validUntil);
        if (report.count == 0 || report.count > VERDICTS_MAX) revert WrongVerdictCount(report.count);
        uint256 length = report.count * PackedVerdicts.SIZE;
        if (verdicts.length != length) revert WrongVerdictsLength(verdicts.length, length);
        bytes32 verdictsHash = keccak256(verdicts);
        if (verdictsHash != report.verdictsHash) revert WrongVerdictsHash(verdictsHash, report.verdictsHash);
    }

    function _requireWiring(string memory what, address got, address want) private pure {
        if (got != want) revert WrongWiring(what, got, want);
    }
}
