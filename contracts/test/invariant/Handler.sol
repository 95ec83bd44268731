// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    IDeviceRegistry,
    IJobMarket,
    IOracleCommittee,
    ISettlement,
    IStakeManager,
    ITestDollar,
    ITokenVault,
    JobState,
    Order,
    Payment,
    Report,
    WorkCommit,
    World
} from "../World.sol";

/// @title What the fuzzer may do: every move of every party, with bounded inputs, so that none may revert
/// @notice A move that finds nothing to act on does nothing. Ghosts count what left escrow and what was slashed.
contract Handler is World {
    uint256 internal constant JOBS_MAX = 40;

    address[] public accounts; // everybody who may hold credit
    Account[] internal providers;
    Account[] internal providerDevices;
    Account[] internal consumers;
    Job[] internal jobs;
    uint8[] internal attempts;

    uint256 public ghostDonated;
    uint256 public ghostEscrowIn;
    uint256 public ghostEscrowOut;
    uint256 public ghostMovesAfterTheEnd; // must stay 0
    uint256 public ghostSlashesAboveStake; // must stay 0
    uint256 public ghostFees;
    mapping(uint64 => JobState) internal ended;
    mapping(bytes32 => uint256) public calls;

    /// @dev What time it is: forge need not keep a warp from one call to the next.
    uint256 internal clock;

    modifier move(bytes32 name) {
        vm.warp(clock);
        calls[name] += 1;
        _;
        _noteEnds();
        clock = vm.getBlockTimestamp();
    }

    constructor() {
        setUp();
        providers.push(provider);
        providerDevices.push(device);
        providers.push(account("provider two"));
        providerDevices.push(account("device two"));
        _addProvider(providers[1].addr, STAKE);
        _addDevice(providers[1].addr, providerDevices[1]);
        consumers.push(consumer);
        consumers.push(account("consumer two"));
        _fundCredit(consumers[1].addr, 1_000e6);
        dollar.faucet(consumers[1].addr, 1_000e6);
        accounts = [consumer.addr, consumers[1].addr, provider.addr, providers[1].addr, treasury, insurance];
        clock = vm.getBlockTimestamp();
    }

    // --- Money. ---

    function deposit(uint256 who, uint256 amount) external move("deposit") {
        _fundCredit(accounts[who % accounts.length], bound(amount, 1, 1_000e6));
    }

    function withdraw(uint256 who, uint256 amount) external move("withdraw") {
        address from = accounts[who % accounts.length];
        uint256 credit = vault.creditOf(from);
        if (credit == 0) return;
        vm.prank(from);
        vault.withdraw(from, bound(amount, 1, credit));
    }

    function donate(uint256 amount) external move("donate") {
        amount = bound(amount, 1, 1e6);
        dollar.faucet(address(vault), amount);
        ghostDonated += amount;
    }

    // --- Stake. ---

    function stakeMore(uint256 who, uint256 amount) external move("stakeMore") {
        _addProvider(providers[who % 2].addr, uint96(bound(amount, 1, 100e6)));
    }

    function requestUnbonding(uint256 who, uint256 amount) external move("requestUnbonding") {
        address owner = providers[who % 2].addr;
        uint96 free = stake.freeStakeOf(owner);
        if (free == 0) return;
        vm.prank(owner);
        stake.requestUnbonding(uint96(bound(amount, 1, free)));
    }

    function endUnbonding(uint256 who, bool cancels) external move("endUnbonding") {
        address owner = providers[who % 2].addr;
        (,,, uint40 availableAt) = stake.stakeOf(owner);
        if (availableAt == 0) return;
        vm.startPrank(owner);
        if (cancels) {
            stake.cancelUnbonding();
        } else if (vm.getBlockTimestamp() >= availableAt) {
            stake.withdrawUnbonded();
        }
        vm.stopPrank();
    }

    // --- Jobs. ---

    function fund(uint256 who, uint256 amount, uint256 attemptsMax, bool fromWallet) external move("fund") {
        if (jobs.length == JOBS_MAX) return;
        Account memory payer = consumers[who % 2];
        Order memory order = _order();
        order.consumer = payer.addr;
        order.amount = uint96(bound(amount, 1, 20e6));
        order.priceMax = order.amount;
        order.attemptsMax = uint8(bound(attemptsMax, 1, 3));
        order.lane = fromWallet ? 1 : 0;
        uint256 money = fromWallet ? dollar.balanceOf(payer.addr) : vault.creditOf(payer.addr);
        if (money < order.amount) return;
        bytes32 orderHash = market.hashOrder(order);
        Payment memory payment = fromWallet
            ? _authorisation(payer, order.amount, orderHash)
            : Payment(0, 0, signature(payer.key, orderHash));
        Job memory made;
        made.order = order;
        made.orderHash = orderHash;
        made.id = market.fund(order, payment);
        jobs.push(made);
        attempts.push(1);
        ghostEscrowIn += order.amount;
    }

    /// @dev Far more jobs run this way than by chance through three moves.
    function run(uint256 which, uint256 whose, uint256 price) external move("run") {
        _join(which, whose, price);
        _accept(which);
    }

    function join(uint256 which, uint256 whose, uint256 price) external move("join") {
        _join(which, whose, price);
    }

    function accept(uint256 which) external move("accept") {
        _accept(which);
    }

    function _join(uint256 which, uint256 whose, uint256 price) private {
        (uint256 index, bool found) = _pick(which, JobState.FUNDED);
        if (!found || !_inTime(index)) return;
        Job memory made = jobs[index];
        uint96 amount = market.job(made.id).amount;
        made.device = providerDevices[whose % 2];
        if (market.activeJobs(made.device.addr) >= 8) return;
        made.offer = _offerOf(made.device.addr);
        made.offer.price = uint96(bound(price, 1, amount));
        _join(made, attempts[index], made.offer);
        jobs[index] = made;
        ghostEscrowOut += amount - made.offer.price;
    }

    function _accept(uint256 which) private {
        (uint256 index, bool found) = _pick(which, JobState.ASSIGNED);
        if (!found || !_inTime(index)) return;
        Job memory made = jobs[index];
        IJobMarket.JobView memory shown = market.job(made.id);
        if (stake.freeStakeOf(shown.provider) < shown.lock) return;
        bytes memory signed = _signAccept(made, "input");
        market.accept(made.order, attempts[index], made.offerHash, "input", signed);
    }

    function postCommit(uint256 which) external move("postCommit") {
        (uint256 index, bool found) = _pick(which, JobState.RUNNING);
        if (!found || !_inTime(index)) return;
        Job memory made = jobs[index];
        WorkCommit memory message = _workCommit(made);
        bytes memory signed = signature(made.device.key, market.hashWorkCommit(message));
        market.postCommit(made.order, attempts[index], made.offerHash, message, signed);
    }

    function fail(uint256 which, bool committed) external move("fail") {
        (uint256 index, bool found) = _pick(which, committed ? JobState.COMMITTED : JobState.RUNNING);
        if (!found || !_inTime(index)) return;
        market.fail(jobs[index].id, "reason", _signFail(jobs[index], "reason"));
    }

    function cancel(uint256 which, bool assigned) external move("cancel") {
        (uint256 index, bool found) = _pick(which, assigned ? JobState.ASSIGNED : JobState.FUNDED);
        if (!found || !_inTime(index)) return;
        vm.prank(jobs[index].order.consumer);
        market.cancel(jobs[index].id);
    }

    /// @dev Of any job, in whatever state, with whatever pay: what does not fit must be skipped.
    function report(uint256 which, uint256 code, uint256 paid, bool sensible) external move("report") {
        if (jobs.length == 0) return;
        (uint256 index, bool found) = _pick(which, JobState.RUNNING);
        if (!found || !sensible) index = which % jobs.length;
        uint64 jobId = jobs[index].id;
        uint96 price = market.job(jobId).amount;
        uint8 chosen = uint8(bound(code, 0, 8));
        uint96 pay = uint96(bound(paid, 0, uint256(price) + 1));
        if (sensible) pay = chosen == OK ? price : chosen == PARTIAL ? pay % price : 0;
        uint256 feesBefore = vault.creditOf(treasury);
        bytes memory one = _verdict(jobId, chosen, pay);
        _settle(bytes.concat(one, one));
        ghostFees += vault.creditOf(treasury) - feesBefore;
    }

    function claim(uint256 who) external move("claim") {
        address owner = accounts[who % accounts.length];
        (uint256 amount, uint256 lock) = settlement.claimableOf(owner);
        if (amount == 0 && lock == 0) return;
        settlement.claim(owner);
    }

    function slash(uint256 which) external move("slash") {
        (uint256 index, bool found) = _pickFraud(which);
        if (found) _slash(jobs[index].id);
    }

    function expire(uint256 which) external move("expire") {
        if (jobs.length == 0) return;
        _expireIfDue(jobs[which % jobs.length].id);
    }

    function retry(uint256 which) external move("retry") {
        (uint256 index, bool found) = _pick(which, JobState.ASSIGNED);
        if (!found || _inTime(index)) return;
        Job memory made = jobs[index];
        if (!market.job(made.id).retryable || vm.getBlockTimestamp() > made.order.orderDeadline) return;
        uint64 next = market.retry(made.order, attempts[index], made.offerHash);
        ended[made.id] = JobState.EXPIRED; // its escrow is the next attempt's
        jobs[index].id = next;
        attempts[index] += 1;
    }

    function pass(uint256 seconds_) external move("pass") {
        skip(bound(seconds_, 1, 120));
    }

    function passDays(uint256 seconds_) external move("passDays") {
        if (seconds_ % 4 == 0) skip(bound(seconds_, 1, 2 days)); // seldom: it ends most jobs
    }

    // --- For the invariants. ---

    function jobCount() external view returns (uint256) {
        return jobs.length;
    }

    function jobIdAt(uint256 index) external view returns (uint64) {
        return jobs[index].id;
    }

    function accountCount() external view returns (uint256) {
        return accounts.length;
    }

    function providerAt(uint256 index) external view returns (address) {
        return providers[index].addr;
    }

    function contracts() external view returns (ITestDollar, ITokenVault, IStakeManager, IJobMarket, ISettlement) {
        return (dollar, vault, stake, market, settlement);
    }

    /// @notice Lets all time pass, and brings about every default and every claim, as a stranger.
    function endEverything() external {
        vm.warp(clock + 60 days);
        for (uint256 i = 0; i < jobs.length; ++i) {
            _expireIfDue(jobs[i].id);
            _expireIfDue(jobs[i].id); // COMMITTED takes two: the extension, then the end
            IJobMarket.JobView memory shown = market.job(jobs[i].id);
            if (shown.fraud && !shown.slashed) _slash(jobs[i].id);
        }
        for (uint256 i = 0; i < accounts.length; ++i) {
            (uint256 amount, uint256 lock) = settlement.claimableOf(accounts[i]);
            if (amount != 0 || lock != 0) settlement.claim(accounts[i]);
        }
        _noteEnds();
    }

    function _slash(uint64 jobId) private {
        address owner = market.job(jobId).provider;
        (uint96 before, uint96 lockedBefore,,) = stake.stakeOf(owner);
        uint96 lock = market.job(jobId).lock;
        settlement.slash(jobId);
        (uint96 afterwards, uint96 lockedAfter,,) = stake.stakeOf(owner);
        bool sound = afterwards <= before && lockedAfter == lockedBefore - lock && lockedAfter <= afterwards;
        if (!sound) ghostSlashesAboveStake += 1;
    }

    function _expireIfDue(uint64 jobId) private {
        IJobMarket.JobView memory shown = market.job(jobId);
        JobState state = shown.state;
        bool waits = state == JobState.FUNDED || state == JobState.ASSIGNED || state == JobState.RUNNING
            || state == JobState.COMMITTED;
        uint256 due = shown.deadline;
        if (state == JobState.ASSIGNED && shown.retryable) due += params().retryGraceS;
        if (!waits || vm.getBlockTimestamp() <= due) return;
        uint64[] memory one = new uint64[](1);
        one[0] = jobId;
        vm.prank(stranger.addr);
        market.expire(one);
    }

    /// @dev Counts each job's escrow out once, when it ends; any change of an ended job's state is counted against us.
    function _noteEnds() private {
        for (uint256 i = 0; i < jobs.length; ++i) {
            uint64 jobId = jobs[i].id;
            IJobMarket.JobView memory shown = market.job(jobId);
            JobState state = shown.state == JobState.FINAL ? JobState.REPORTED : shown.state;
            if (ended[jobId] != JobState.NONE) {
                if (ended[jobId] != state) ghostMovesAfterTheEnd += 1;
            } else if (state >= JobState.REPORTED) {
                ended[jobId] = state;
                ghostEscrowOut += shown.amount;
            }
        }
    }

    function _inTime(uint256 index) private view returns (bool) {
        return vm.getBlockTimestamp() <= market.job(jobs[index].id).deadline;
    }

    function _pick(uint256 seed, JobState want) private view returns (uint256, bool) {
        for (uint256 i = 0; i < jobs.length; ++i) {
            uint256 index = (seed % jobs.length + i) % jobs.length;
            if (_stateOf(jobs[index].id) == want) return (index, true);
        }
        return (0, false);
    }

    function _pickFraud(uint256 seed) private view returns (uint256, bool) {
        for (uint256 i = 0; i < jobs.length; ++i) {
            uint256 index = (seed % jobs.length + i) % jobs.length;
            IJobMarket.JobView memory shown = market.job(jobs[index].id);
            if (shown.fraud && !shown.slashed && shown.state == JobState.FINAL) return (index, true);
        }
        return (0, false);
    }
}
